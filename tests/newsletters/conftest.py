"""A draft of Leeds' newsletter, and the addresses of its screens."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.urls import reverse

from mailings.blank import Blank
from newsletters.models import Newsletter
from newsletters.words import Words
from tests import factories
from tests.newsletters.browsing import desk

__all__ = ["desk"]


@pytest.fixture
def draft(leeds, dee):
    """Number 12: an opening and two sections, ready but for the test."""
    leeds.postal_identity = "LeedsCEP, 1 Example Street, Leeds LS1 1AA"
    leeds.save()
    words = Words.typed(
        number=12,
        half_term=None,
        subject="Autumn news for schools and artists",
        preheader="Free training, two calls, four dates",
        opening="It has been a **busy** half term.",
        sections=[
            ("Funding", "- [A grant for schools](https://example.org/grant)\n- Another one"),
            ("Dates", "Youth Voice meets on Tuesday."),
        ],
    )
    return Newsletter.begin(leeds, words, by=dee)


@pytest.fixture
def readers(leeds):
    """Three people who get the newsletter."""
    return factories.on_the_list(leeds, 3)


@pytest.fixture
def screen():
    """Return the address of a screen of a newsletter on the desk."""

    def address(name: str, newsletter: Newsletter, *more) -> str:
        return reverse(f"admin:newsletters_newsletter_{name}", args=[newsletter.pk, *more])

    return address


@pytest.fixture
def typed():
    """Return what the page of words posts for a newsletter, with changes."""

    def data(newsletter: Newsletter, press: str = "save", **changes) -> dict:
        words = newsletter.words
        shown = {
            "number": words.number,
            "half_term": words.half_term or "",
            "subject": words.subject,
            "preheader": words.preheader,
            "opening": words.opening,
            "version": newsletter.version,
            "sections": len(words.sections),
            "press": press,
        }
        for at, part in enumerate(words.sections):
            shown |= {f"heading_{at}": part.heading, f"body_{at}": part.body}
            shown |= {f"picture_{at}": part.picture or "", f"alt_{at}": part.alt}
        return shown | changes

    return data


@pytest.fixture
def tested(draft, dee, readers):
    """The draft, tested by Dee as it stands: ready to go to three people and to her."""
    draft.test(by=dee)
    return draft


@pytest.fixture
def prepare():
    """Let the hour of a mailing come: find its people and its text, as a sender does."""

    def made(mailing):
        type(mailing).objects.filter(pk=mailing.pk).update(state="preparing")
        mailing.refresh_from_db()
        mailing.prepare()
        mailing.refresh_from_db()
        assert mailing.state == "sending", mailing.reason
        return mailing

    return made


@pytest.fixture
def mail_of(prepare):
    """Return the mail that leaves for one member, parsed."""

    def parsed(mailing, member) -> EmailMessage:
        if mailing.rendition is None:
            prepare(mailing)
        raw = Blank(mailing.rendition.body).fill(mailing.deliveries.get(member=member))
        return message_from_bytes(raw, policy=policy.default)

    return parsed


@pytest.fixture
def rich(leeds, dee):
    """An issue with everything Markdown has."""
    body = (
        "#### Deep\n\nA *word* and [a link](https://example.org/a?b=1&c=2).\n\n# Shallow\n\n"
        "1. one\n2. two\n   - inner\n\n"
        "> quoted\n\n| Day | Where |\n|---|---|\n| Mon | Leeds |\n\n***\n\n    code\n\nline\\\nbroken <https://example.org/>"
    )
    words = Words.typed(
        number=4, half_term=None, subject="Everything & more", opening=body, sections=[("Part", body), ("", body)]
    )
    return Newsletter.begin(leeds, words, by=dee)
