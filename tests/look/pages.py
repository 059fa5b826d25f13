"""Every public page, and the states of it that differ, by the name under which they are spoken of."""

FIXED = {
    "home": "/",
    "answer": "/?where=Hackney",
    "answer-at-home": "/?where=Leeds",
    "answer-unknown": "/?where=Nowhereville",
    "about": "/about/",
    "explained": "/about/partnerships/",
    "start": "/start/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "complaints": "/complaints/",
    "directory": "/partnerships/",
    "directory-nothing-found": "/partnerships/?q=zzzz",
    "london": "/london/",
    "leeds": "/leeds/",
    "elsewhere": "/elsewhere/",
    "at-home": "/partnerships/leedscep/",
    "listed": "/partnerships/elcea/",
    "get-involved": "/partnerships/leedscep/get-involved/",
    "documents": "/partnerships/leedscep/documents/",
    "network": "/partnerships/leedscep/network/",
    "contact": "/partnerships/leedscep/contact/",
    "contact-listed": "/partnerships/elcea/contact/",
    "contact-received": "/partnerships/leedscep/contact/received/",
    "contact-keeper": "/contact/",
    "archive": "/partnerships/leedscep/newsletters/",
    "pods": "/partnerships/leedscep/pods/",
    "events": "/partnerships/leedscep/events/",
    "noticeboard": "/partnerships/leedscep/noticeboard/",
    "notice": "/partnerships/leedscep/noticeboard/notices/1/",
    "steering": "/partnerships/leedscep/steering/",
    "steering-role": "/partnerships/leedscep/steering/roles/chair/",
    "steering-interest": "/partnerships/leedscep/steering/interest/",
    "steering-interest-received": "/partnerships/leedscep/steering/interest/received/",
    "plan": "/partnerships/leedscep/plan/",
    "youth-voice": "/partnerships/leedscep/youth-voice/",
    "privacy-of-one": "/partnerships/leedscep/privacy/",
    "join": "/partnerships/leedscep/join/",
    "sign-in": "/accounts/login/",
    "data-complaint": "/complaints/data/",
    "data-complaint-received": "/complaints/data/received/",
    "forgotten": "/forgotten/",
}
# Their paths hold what only a running site knows: tests.look.demonstration.Demonstration.paths.
MADE = ("newsletter", "pod", "document", "region-document", "choices", "confirm")


def paths(site) -> dict[str, str]:
    """Name and path of every page, on a running demonstration."""
    return FIXED | {name: site.paths[name] for name in MADE}
