"""The newsletters of the story: those that went out, and the one in draft."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Max, Q
from django.utils import timezone

from demo.mailing_list import DATA, said
from demo.models import Chapter
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from mailings.models import Delivery, Exclusion, Mailing
from mailings.models.mailings import rules_of
from members.models import Member, Membership, Suppression
from newsletters import audience, emails
from newsletters.models import Newsletter
from newsletters.words import Words
from partnerships.models import HalfTerm, Partnership

AT = time(10, 15)  # London time
LONGEST_PAUSE = timedelta(days=120)
ACCEPTED = "250 2.0.0 Ok: queued"
NO_SUCH_ADDRESS = "550 5.1.1 No such user here"


class Dates(dict):
    """The days that a text names: `{wed+3}` is Wednesday 20 January, for a newsletter due on a given day."""

    def __init__(self, days: SchoolDays, due: date) -> None:
        super().__init__()
        self.days, self.due = days, due

    def __missing__(self, word: str) -> str:
        return f"{self.days.in_weeks(self.due, word):%A %-d %B}"


@dataclass
class Issue:
    """The newsletter of one half term in one partnership."""

    partnership: Partnership
    days: SchoolDays
    half_term: HalfTerm
    text: str  # the file of its words
    by: Member | None

    @property
    def due_on(self) -> date:
        return self.days.issue_on(self.half_term)

    @property
    def sent_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.due_on, AT))

    @property
    def is_past(self) -> bool:
        return self.due_on < today()

    @property
    def newsletter(self) -> Newsletter | None:
        return Newsletter.objects.filter(partnership=self.partnership, half_term=self.half_term).first()

    def tell(self) -> None:
        """Have it in draft, or sent once its day is past. What a person began, changed or sent stays as it is."""
        newsletter = self.newsletter
        if newsletter is None and Chapter.begin(f"issue {self.partnership.slug} {self.half_term}"):
            newsletter = self._write()
        if newsletter and self.is_past and self._is_untouched(newsletter):
            Sending(self, newsletter).record()

    def _is_untouched(self, newsletter: Newsletter) -> bool:
        told = Chapter.objects.filter(name=f"issue {self.partnership.slug} {self.half_term}").exists()
        return told and newsletter.is_draft and newsletter.version == 1 and newsletter.mailing is None

    def _write(self) -> Newsletter:
        last = Newsletter.objects.filter(partnership=self.partnership).aggregate(last=Max("number"))["last"] or 0
        newsletter = Newsletter.begin(self.partnership, self._words(number=last + 1), by=self.by)
        begun_at = min(self.sent_at - 9 * DAY, timezone.now() - timedelta(hours=20))
        Newsletter.objects.filter(pk=newsletter.pk).update(made_at=begun_at, edited_at=begun_at)
        newsletter.revisions.update(at=begun_at)
        return newsletter

    def _words(self, number: int) -> Words:
        said = tomllib.loads((DATA / "newsletters" / f"{self.text}.toml").read_text(encoding="utf-8"))
        dates = Dates(self.days, self.due_on)
        return Words.typed(
            number=number,
            half_term=self.half_term.pk,
            subject=said["subject"],
            preheader=said["preheader"],
            opening=_unwrapped(said["opening"]).format_map(dates),
            sections=[(part["heading"], _unwrapped(part["body"]).format_map(dates)) for part in said["section"]],
        )


# A line break inside a paragraph or a list item: the next line begins nothing of its own.
WRAPPED = re.compile(r"(?<=\S)\n[ ]*(?=\S)(?![-+*>#|] |[-+*>#|]{2} |\d+\. )")


def _unwrapped(text: str) -> str:
    """Return text as people type it into a box: lines are broken for the reader of the file only."""
    return WRAPPED.sub(" ", text)


@dataclass
class Sending:
    """The account of an issue that is said to have gone out: whom it reached on its day, and whom not and why."""

    issue: Issue
    newsletter: Newsletter

    def record(self) -> None:
        """Write the mailing as the engine leaves one that is done: every candidate has a delivery or a reason."""
        left_out = [(member, reason) for member, reason in self._looked_at if reason]
        reached = [member for member, reason in self._looked_at if not reason]
        mailing = Mailing.objects.create(
            **rules_of(emails.NEWSLETTER),
            key=f"newsletter-{self.newsletter.pk}-0",
            partnership=self.issue.partnership,
            subject=self.newsletter.subject,
            state=Mailing.State.DONE,
            send_at=self.at,
            late_after=self.at + emails.NEWSLETTER.late_after,
            candidates=len(reached) + len(left_out),
            prepared=len(reached),
            excluded=len(left_out),
            started_at=self.at,
            finished_at=self.at + timedelta(seconds=1 + len(reached) // 20),
            scheduled_by=self.issue.by,
        )
        Exclusion.objects.bulk_create(Exclusion(mailing=mailing, member=m, reason=reason) for m, reason in left_out)
        Delivery.objects.bulk_create(self._delivery(mailing, member, place) for place, member in enumerate(reached))
        Newsletter.objects.filter(pk=self.newsletter.pk).update(mailing=mailing)

    @property
    def at(self) -> datetime:
        return self.issue.sent_at

    @cached_property
    def _looked_at(self) -> list[tuple[Member, str]]:
        """Everybody on the list that day, or gone from it since the issue before, with why they do not get it."""
        lately = Q(left_at=None) | Q(left_at__gt=self._issue_before())
        memberships = Membership.objects.filter(
            lately, partnership=self.issue.partnership, joined_at__lte=self.at, member__erased_at=None
        )
        blocked = self._blocked()
        seen = memberships.select_related("member").order_by("member__name")
        return [(membership.member, self._reason(membership, blocked)) for membership in seen]

    def _issue_before(self) -> datetime:
        """When the newsletter before this one went out."""
        earlier = Newsletter.objects.filter(partnership=self.issue.partnership).published().filter(out_at__lt=self.at)
        return earlier.aggregate(last=Max("out_at"))["last"] or self.at - 60 * DAY

    def _blocked(self) -> dict[bytes, str]:
        everywhere_or_here = Q(partnership=None) | Q(partnership=self.issue.partnership)
        rows = Suppression.objects.filter(everywhere_or_here, at__lte=self.at)
        return {bytes(row.key): row.get_reason_display() for row in rows}

    def _reason(self, membership: Membership, blocked: dict[bytes, str]) -> str:
        if words := blocked.get(bytes(membership.member.key)):
            return words
        if membership.left_at:
            return audience.LEFT if membership.left_at <= self.at else ""
        if not membership.newsletter_since or membership.newsletter_since > self.at:
            return audience.NOT_CHOSEN
        until = membership.paused_until
        if until and self.at.date() < until < self.at.date() + LONGEST_PAUSE:
            return f"on pause until {until:%-d %B %Y}"
        return ""

    def _delivery(self, mailing: Mailing, member: Member, place: int) -> Delivery:
        """One mail: taken by the relay, or refused for ever, which stops all further mail to that address."""
        bounces = said("people")["bounces"].get(member.name) == self.newsletter.number
        at = self.at + timedelta(milliseconds=400 + 45 * place)
        if bounces:
            Suppression.add(bytes(member.key), Suppression.Reason.BOUNCED)
            Suppression.objects.of(bytes(member.key), None).update(at=at)
        return Delivery(
            mailing=mailing,
            member=member,
            address=member.mail_to,
            key=member.key,
            state=Delivery.State.FAILED if bounces else Delivery.State.SENT,
            due_at=self.at,
            attempt=1,
            handed_at=at,
            finished_at=at + timedelta(milliseconds=120),
            code=550 if bounces else 250,
            reply=NO_SUCH_ADDRESS if bounces else ACCEPTED,
            reason="the address does not work" if bounces else "",
        )
