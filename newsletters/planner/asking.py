"""Asking for news: a short mail before each newsletter, whose link opens the story form with the sender known.

It is marketing mail in the sense of the law (PECR reg. 22), because it furthers what the partnership is for: it
needs the consent to the newsletter it is made for, and carries the way out. And it goes only to those who take
part, in a group or with a story: who chose to be just kept informed was promised about so many newsletters a year,
and gets no more than these.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.template.loader import render_to_string
from django.utils import timezone

from lcep.letters import NEWSLETTERS, Kind, plain
from mailings.message import Message
from mailings.slots import Values, linked, slot
from members.models import Member
from newsletters import budget
from newsletters.audience import PURPOSE
from newsletters.models import Story
from partnerships.models import Partnership
from pods.models import GroupMembership
from trust.tokens import ASKED

if TYPE_CHECKING:
    from mailings.models import Mailing
    from newsletters.models import Ask

ASK = Kind(
    "ask-for-news",
    "Asking for news",
    NEWSLETTERS,
    late_after=timedelta(days=2),
    purpose=PURPOSE,
    when_late="ask",
    in_doubt="ask",
)
LATELY = timedelta(days=730)


def register() -> None:
    """Let mails hold the link that is signed for each reader."""
    linked("ask_url", _ask_url)


def taking_part(partnership: Partnership) -> Q:
    """Whom a manager may ask: those in a group of the partnership today, and who sent it a story in two years."""
    in_groups = GroupMembership.objects.current().filter(group__partnership=partnership, member=OuterRef("pk"))
    wrote = Story.objects.filter(partnership=partnership, writer=OuterRef("pk"), sent_at__gte=timezone.now() - LATELY)
    return Q(Exists(in_groups)) | Q(Exists(wrote))


def people(partnership: Partnership) -> QuerySet[Member]:
    """Everybody who takes part, annotated `excluded`: '' is asked, else the reason."""
    return budget.of_list(partnership, PURPOSE).filter(taking_part(partnership))


def people_of(mailing: "Mailing") -> QuerySet[Member]:
    ask = mailing.ask
    asked = budget.of_list(ask.partnership, PURPOSE, mailing).filter(taking_part(ask.partnership))
    return asked.annotate(slots=JSONObject(ask=Value(str(ask.pk))))


def message_of(mailing: "Mailing") -> Message:
    return message(mailing.ask.partnership, mailing.ask.due_on)


def subject_of(partnership: Partnership, due_on: date) -> str:
    return f"Have you news for {partnership}’s newsletter, by {wanted_by(due_on):%A %-d %B}?"


def wanted_by(due_on: date) -> date:
    """A week before it is due, so that it can be read and put in."""
    return due_on - timedelta(weeks=1)


def message(partnership: Partnership, due_on: date, *, link: str = "", choices: str = "") -> Message:
    """The whole mail. `link` and `choices` stand in for each reader's own where the manager looks at it."""
    subject = subject_of(partnership, due_on)
    context: dict[str, Any] = {
        "partnership": partnership,
        "subject": subject,
        "due_on": due_on,
        "wanted_by": wanted_by(due_on),
        "link": link or slot("ask_url"),
        "greeting": slot("greeting"),
        "choices": choices or slot("choices_url"),
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    return Message(
        subject,
        plain("email/ask_for_news/body.txt", context).strip() + "\n",
        render_to_string("email/ask_for_news/body.html", context),
        partnership=partnership,
        marketing=True,
        purpose=PURPOSE,
    )


def asked_of(token_ids: tuple[int, ...]) -> "tuple[Ask, Member] | None":
    """Who was asked for what, of the ids of a link; None once they left the list or were forgotten."""
    from members.models import Membership
    from newsletters.models import Ask

    number, who = token_ids
    ask = Ask.objects.select_related("partnership").filter(pk=number).first()
    member = Member.objects.filter(pk=who, erased_at=None).select_related("organisation").first()
    if ask is None or member is None:
        return None
    on_list = Membership.objects.current().filter(member=member, partnership=ask.partnership)
    return (ask, member) if on_list.exists() else None


def _ask_url(values: Values) -> str:
    """The story form for the person a delivery is for; the site's own address where nobody is."""
    ask, member = values.delivery.slots.get("ask"), values.delivery.member_id
    if not ask or member is None:
        return settings.SITE_URL + "/"
    return settings.SITE_URL + ASKED.path.replace("<token>", ASKED.sign(int(ask), member))
