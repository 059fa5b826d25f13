"""A newsletter-like kind for tests of the engine: short, personal, to everybody on a list."""

from datetime import timedelta

from lcep.letters import NEWSLETTERS, SERVICE, Kind
from mailings.audience import on_the_list
from mailings.kinds import bulk
from mailings.message import Message
from mailings.slots import slot

NEWS = Kind(
    "test news", "A newsletter of a test", NEWSLETTERS, timedelta(hours=6), purpose="newsletter", when_late="ask",
    in_doubt="ask",
)  # fmt: skip
CALL = Kind("test call", "A call to a group", SERVICE, timedelta(days=2))
CODE = Kind("test code", "A code", 0, timedelta(minutes=30), secret=True)


def news(mailing) -> Message:
    text = f"{slot('greeting')}\n\nNews for {slot('address')}.\n.\nFrom here: {slot('choices_url')}\n"
    html = (
        "<html lang=en><head><style>p{color:#123456}</style></head><body>"
        f'<p>{slot("greeting")}</p><p><a href="{slot("choices_url")}">Choices</a></p></body></html>'
    )
    return Message(mailing.subject, text, html, partnership=mailing.partnership, marketing=True, purpose="newsletter")


def call(mailing) -> Message:
    return Message(
        mailing.subject, f"{slot('greeting')}\n\nPlease come.\n", "", partnership=mailing.partnership, marketing=False
    )


bulk(NEWS, lambda mailing: on_the_list(mailing.partnership, "newsletter"), news)
bulk(CALL, lambda mailing: on_the_list(mailing.partnership, "newsletter"), call)
