"""What people are told at the moment they choose; kept word for word with the consent."""

from lcep.letters import plain
from members.models import Purpose
from partnerships.models import Partnership


def how_often(purpose: str, partnership: Partnership) -> str:
    """The effect of one choice in numbers."""
    return {
        Purpose.NEWSLETTER: f"about {partnership.newsletters_a_year} a year",
        Purpose.NOTICES: "at most 2 a month",
        Purpose.EVENTS: "when there is one, usually a few each term",
    }[Purpose(purpose)]


def newsletter_promise(partnership: Partnership) -> str:
    return (
        f"{partnership} sends its newsletter {how_often(Purpose.NEWSLETTER, partnership)}: news, funding, jobs, "
        "training and events in cultural education. You can leave with one press in every issue. "
        "Your address is used for this list and nothing else."
    )


def events_promise(partnership: Partnership) -> str:
    return f"Also invite me to {partnership}'s events"


AGE = "Pressing the button says that you are 18 or over."
BUTTON = "Send me the newsletter"


def joining(partnership: Partnership, with_events: bool) -> str:
    """Everything a visitor read beside the button they pressed, as one text."""
    ticked = f"[ticked] {events_promise(partnership)}\n" if with_events else ""
    return f"{newsletter_promise(partnership)}\n{ticked}{AGE}\n[{BUTTON}]"


def showing(partnership: Partnership) -> str:
    """What stands beside the button that names somebody on the network page."""
    return (
        f"Everybody who opens {partnership}'s network page sees your name, your organisation and your pods there. "
        "Your e-mail address is never shown. You can stop it at any time with one press."
    )


SHOW = "Name me on the network page"


def choosing(partnership: Partnership) -> str:
    """What stands on the page of choices."""
    lines = [f"{purpose.label}: {how_often(purpose, partnership)}" for purpose in Purpose]
    return f"What should {partnership} send you?\n" + "\n".join(lines)


def imported(partnership: Partnership, answer: str) -> str:
    """What the manager said of the people on a list brought along; the file's own times stand with the consent."""
    said = {
        "signed-up": "They signed up for it themselves; the list holds when, where it knows.",
        "group": "They sit on a group, and are written to about its work. No newsletter.",
    }[answer]
    return f"Came with a list {partnership} kept before. Its manager said: {said}"


def asking(partnership: Partnership) -> str:
    """What somebody reads who is asked, once, whether they want the newsletter."""
    return (
        f"{partnership} had your address and moved its mailing list here. Would you like its newsletter, "
        f"{how_often(Purpose.NEWSLETTER, partnership)}? Without your press nobody writes to you again."
    )


def on_paper(partnership: Partnership) -> str:
    """What stands in the ledger for somebody who signed a form: the form itself is the manager's to keep."""
    return f"Signed up for the mailing list of {partnership} on paper; the form is kept by its manager."


def notice(partnership: Partnership) -> str:
    """The privacy notice of a partnership that has written none of its own: true of what this site does."""
    return plain("members/notice.md", {"partnership": partnership}).strip()
