"""What somebody needs who takes over tomorrow, read from the rows each time: nothing to be kept up to date."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Shelf, absolute, today
from meetings.models import FollowUp, Meeting
from members.models import DataComplaint, Membership
from newsletters.models import Newsletter
from newsletters.planner.year import due_on
from partnerships.models import Document, Enquiry, HalfTerm, Partnership, Stewardship
from pods.models import Appointment, Group
from steering.models import Action, HandoverNote, Interest, KeyHolders

AHEAD = timedelta(days=92)
# due(partnership) -> list[Line]: what else is due there in the weeks ahead.
due = Shelf()


@dataclass(frozen=True)
class Line:
    """One thing to know. `by` is the day it is due, `href` where it is."""

    text: str
    by: date | None = None
    href: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    says: str
    lines: list[Line] = field(default_factory=list)


class Handover:
    """The page of one partnership. Nothing of the Executive's papers is on it, and no address of a member."""

    def __init__(self, partnership: Partnership, *, opens_desk: bool) -> None:
        """`opens_desk`: whether its reader manages the partnership; for others no line leads to the desk."""
        self.partnership, self.opens_desk = partnership, opens_desk
        self.slug = partnership.slug

    @cached_property
    def sections(self) -> list[Section]:
        made = [
            Section("What is promised", "These stand on public pages, and people rely on them.", self._promised()),
            Section("What is due", "The next three months, and what was carried over.", self._due()),
            Section("Who holds which role", "Ask them: they know more than this page.", list(self._roles())),
            Section("Where things are", "", list(self._places())),
        ]
        for section in made:
            section.lines[:] = [line if self._may_open(line) else replace(line, href="") for line in section.lines]
        return made

    def _may_open(self, line: Line) -> bool:
        return self.opens_desk or not line.href.startswith(reverse("admin:index"))

    def as_text(self) -> str:
        """Return the page as plain text: headings in capitals, a line for each thing."""
        parts = [f"Handover of {self.partnership}, {today():%-d %B %Y}"]
        for section in self.sections:
            parts.append("\n".join([section.title.upper(), section.says, *map(_in_text, section.lines)]))
        note = HandoverNote.latest(self.partnership)
        parts.append("FOR WHOEVER COMES NEXT\n" + (note.text if note and note.text else "No notes yet."))
        return "\n\n".join(parts) + "\n"

    def _promised(self) -> list[Line]:
        partnership = self.partnership
        members = Membership.objects.current().filter(partnership=partnership).count()
        waiting = Enquiry.objects.filter(partnership=partnership).unanswered().count()
        interests = Interest.objects.open().filter(group__partnership=partnership).count()
        complaints = DataComplaint.objects.filter(partnership=partnership, answered_at=None).count()
        return [
            Line(f"{members} people on the list get a newsletter, about {partnership.newsletters_a_year} a year."),
            Line("At most two short notices a month, to those who chose them."),
            Line(f"Questions from the contact page are answered within 5 working days. {_wait(waiting)}",
                 href=reverse("admin:partnerships_enquiry_changelist")),
            Line(f"Interest in a seat is answered within three weeks. {_wait(interests)}",
                 href=reverse("admin:steering_interest_changelist")),
            Line(f"Complaints about data are answered within 30 days. {_wait(complaints)}",
                 href=reverse("admin:members_datacomplaint_changelist")),
            Line("Leaving the list takes one press, and addresses are shared with nobody."),
        ]  # fmt: skip

    def _due(self) -> list[Line]:
        found = [
            *self._newsletter(),
            *self._meetings(),
            *self._follow_ups(),
            *self._terms(),
            *self._plan(),
            *self._documents(),
        ]
        found += [line for part in due for line in part(self.partnership)]
        return sorted(found, key=lambda line: line.by or date.max)

    def _newsletter(self) -> Iterator[Line]:
        ahead = HalfTerm.objects.filter(place__partnerships=self.partnership, last_on__gte=today()).order_by("first_on")
        sent = Newsletter.objects.published().filter(partnership=self.partnership).values("half_term")
        coming = ahead.exclude(pk__in=sent.exclude(half_term=None)).first()
        if coming:
            href = reverse("admin:newsletters_newsletter_changelist")
            yield Line(f"The newsletter of {coming.name}.", max(due_on(coming), today()), href)

    def _meetings(self) -> Iterator[Line]:
        meetings = Meeting.objects.filter(partnership=self.partnership).exclude(group__kind=Group.Kind.EXECUTIVE)
        for each in meetings.upcoming().filter(starts_at__date__lte=today() + AHEAD).select_related("group"):
            yield Line(f"{each}: {each.when}.", localdate(each.starts_at), each.get_absolute_url())
        for each in meetings.waiting_for_their_record().select_related("group")[:10]:
            yield Line(
                f"{each}, {localdate(each.starts_at):%-d %B}: its record is to come.", href=each.get_absolute_url()
            )

    def _follow_ups(self) -> Iterator[Line]:
        rows = FollowUp.objects.open().filter(group__partnership=self.partnership, due_on__lte=today() + AHEAD)
        for each in rows.exclude(group__kind=Group.Kind.EXECUTIVE).select_related("group", "owner")[:25]:
            yield Line(f"{each.text} ({each.owner or 'nobody yet'}, {each.group}).", each.due_on)

    def _terms(self) -> Iterator[Line]:
        ending = Q(term_ends__lte=today() + AHEAD)
        rows = Appointment.objects.current().filter(ending, group__partnership=self.partnership, until_on=None)
        for each in rows.exclude(group__kind=Group.Kind.EXECUTIVE).select_related("group", "member"):
            text = f"The term of {each.member} ends: {each.get_role_display().lower()} of {each.group}."
            yield Line(
                text, each.term_ends, reverse("steering:table", args=[each.group.ref]) if _has_table(each) else ""
            )
        groups = Group.objects.current().filter(partnership=self.partnership, finish_by__lte=today() + AHEAD)
        for group in groups.filter(until_on=None):
            yield Line(f"{group} means to be done.", group.finish_by, group.get_absolute_url())

    def _plan(self) -> Iterator[Line]:
        near = Action.objects.of(self.partnership).open().filter(due_on__lte=today() + AHEAD)
        for each in near.select_related("objective__priority__partnership", "owner", "group")[:25]:
            yield Line(f"The plan: {each} ({each.who}).", each.due_on, each.get_absolute_url())

    def _documents(self) -> Iterator[Line]:
        rows = Document.objects.filter(partnership=self.partnership, review_on__lte=today() + AHEAD)
        for each in rows:
            yield Line(f"“{each}” is to be looked at again.", each.review_on)

    def _roles(self) -> Iterator[Line]:
        for row in Stewardship.objects.current().filter(partnership=self.partnership).select_related("member"):
            until = f", until {row.until_on:%-d %B %Y}" if row.until_on else ""
            yield Line(f"Manager: {row.member}, since {row.from_on:%-d %B %Y}{until}.")
        holders = KeyHolders(self.partnership)
        names = ", ".join(sorted(str(member) for member in holders.everybody)) or "nobody"
        yield Line(f"Hold a key (the Chair, the Executive): {names}.")
        held = Appointment.objects.current().filter(group__partnership=self.partnership, member__erased_at=None)
        leading = held.filter(role__in=["lead", "chair", "vice"]).exclude(group__kind=Group.Kind.EXECUTIVE)
        for row in leading.select_related("group", "member").order_by("group__name", "role"):
            yield Line(f"{row.group}: {row.member}, {row.get_role_display().lower()} since {row.since:%B %Y}.")

    def _places(self) -> Iterator[Line]:
        partnership = self.partnership
        yield Line("The desk: what needs you stands first.", href=reverse("admin:index"))
        yield Line(f"The mailbox people write to: {partnership.mailbox or 'none is set'}.")
        if partnership.website:
            yield Line(f"Its own website: {partnership.website}.")
        rooms = [
            ("Documents", "partnerships:documents"),
            ("Newsletters that were sent", "newsletters:archive"),
            ("Dates", "meetings:events"),
            ("Groups", "pods:pods"),
            ("The Steering Group", "steering:steering"),
            ("What young people said, to be written down and answered", "steering:youth_voice_writing"),
            ("Evidence for funders: books of what was counted, and lines to tell", "steering:evidence"),
        ]
        for label, name in rooms:
            yield Line(label, href=reverse(name, args=[self.slug]))
        yield Line("People, as a file to keep: Take data out.", href=reverse("admin:members_membership_export"))


def _has_table(row: Appointment) -> bool:
    return row.group.kind == Group.Kind.STEERING


def _wait(count: int) -> str:
    return "None waits." if not count else f"{count} {'waits' if count == 1 else 'wait'} now."


def _in_text(line: Line) -> str:
    by = f"{line.by:%-d %B %Y}: " if line.by else ""
    return f"- {by}{line.text}" + (f" {absolute(line.href)}" if line.href else "")
