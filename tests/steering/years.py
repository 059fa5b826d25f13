"""Years of a partnership's life, written straight into the tables: enough of everything that a page could slip on."""

from datetime import timedelta

from django.utils import timezone

from lcep.site import today
from meetings.models import (
    AgendaItem,
    Attendance,
    FollowUp,
    Invitation,
    Meeting,
    MinutesRevision,
    Paper,
    PodReport,
)
from members.models import Member, Membership
from newsletters.models import Newsletter
from partnerships.models import Document, Organisation
from pods.models import Appointment
from steering.models import (
    Action,
    Decision,
    EvidenceBook,
    FunderLine,
    HandoverNote,
    Holding,
    Interest,
    KeyTurn,
    Objective,
    Pack,
    PlanUpdate,
    ReportNote,
    Seat,
    Sharing,
    YouthVoice,
)
from steering.terms import RENEWED
from tests.meetings.conftest import at
from trust.addresses import key_of
from trust.models import Entry

EACH_YEAR = 4  # meetings of a group, actions, twice as many people at a table
YEAR = timedelta(days=365)
FIGURES = {"numbers": [], "tables": [], "empty_areas": [], "newsletters": [], "lines": [], "notes": []}
TAKEN = {"organisation": "", "sector": "school", "how": "in person"}


class Years:
    """Goes back year by year from today: 0 is the last twelve months."""

    def __init__(self, steering, executive, pod, priority, chair, manager) -> None:
        self.groups = (steering, executive, pod)
        self.steering, self.executive, self.pod, self.priority = steering, executive, pod, priority
        self.leeds, self.chair, self.manager = steering.partnership, chair, manager

    def live(self, year: int) -> None:
        people = self._people(year)
        for group in self.groups:
            self._appointed(group, people, year)
        held = {group: self._met(group, people, year) for group in self.groups}
        self._packs(held[self.steering], year)
        self._plan(people, year)
        self._shared(held[self.executive], year)
        self._kept(people, year)

    def _people(self, year: int) -> list[Member]:
        """Half of them came and stay, half came and went."""
        homes = Organisation.objects.bulk_create(
            Organisation(partnership=self.leeds, name=f"School {year}-{n}", sector="school") for n in range(EACH_YEAR)
        )
        addresses = [f"p{year}-{n}@example.org" for n in range(2 * EACH_YEAR)]
        made = Member.objects.bulk_create(
            Member(email=each, mail_to=each, key=key_of(each), name=f"Person {each[:6]}", sector="school",
                   organisation=homes[number % EACH_YEAR])
            for number, each in enumerate(addresses)
        )  # fmt: skip
        Membership.objects.bulk_create(
            Membership(member=each, partnership=self.leeds, joined_at=_back(year), newsletter_since=_back(year))
            for each in made
        )
        return made

    def _appointed(self, group, people, year: int) -> None:
        seats = Seat.objects.bulk_create(
            Seat(group=group, label=f"Seat {year}-{n}", sector="school", places=1 + n) for n in range(3)
        )
        first, second = (today() - timedelta(days=365 * year + days) for days in (360, 180))
        rows = []
        for number, each in enumerate(people):
            said = {"group": group, "member": each, "role": "member", "is_public": True, "line": "A line."}
            rows.append(Appointment(since=first, until_on=second, end_reason=RENEWED, **said))
            over = {"until_on": second + timedelta(days=20), "end_reason": "Stepped down"} if number % 2 else {}
            ends = today() + timedelta(days=30 * number - 60)
            rows.append(Appointment(since=second + timedelta(days=1), term_ends=ends, **over, **said))
        made = Appointment.objects.bulk_create(rows)
        Holding.objects.bulk_create(Holding(appointment=row, seat=seats[n % 3]) for n, row in enumerate(made))
        here = [row for row in made if row.until_on is None]
        substitutes = [
            Appointment(group=group, member=other.member, role="substitute", substitute_for=row, since=second)
            for row, other in zip(here[:2], here[2:4], strict=True)
        ]
        Appointment.objects.bulk_create(substitutes)

    def _met(self, group, people, year: int) -> list[Meeting]:
        days = [-20 - 365 * year - 80 * n for n in range(EACH_YEAR)]
        made = Meeting.objects.bulk_create(
            Meeting(group=group, status="held", starts_at=at(day), ends_at=at(day, 17, 30), held_at=at(day, 18),
                    **Meeting.named(self.leeds))
            for day in days
        )  # fmt: skip
        asked = [(meeting, member) for meeting in made for member in people]
        Invitation.objects.bulk_create(
            Invitation(meeting=meeting, member=each, reply="yes", replied_at=meeting.starts_at, source="page")
            for meeting, each in asked
        )
        Attendance.objects.bulk_create(Attendance(meeting=meeting, member=each, **TAKEN) for meeting, each in asked)
        MinutesRevision.objects.bulk_create(
            MinutesRevision(meeting=each, number=number, text="We met.", by=self.chair, at=each.ends_at)
            for each in made
            for number in (1, 2)
        )
        AgendaItem.objects.bulk_create(AgendaItem(meeting=each, position=1, title="The year") for each in made)
        Paper.objects.bulk_create(
            Paper(meeting=each, title="A paper", url="https://example.org/paper", added_by=self.chair) for each in made
        )
        Paper.objects.bulk_create([Paper(group=group, title=f"Terms {year}", url="https://example.org/terms")])
        FollowUp.objects.bulk_create(
            FollowUp(group=group, meeting=each, text=f"Ring {n}", owner=people[n], due_on=today())
            for n, each in enumerate(made)
        )
        return made

    def _packs(self, held: list[Meeting], year: int) -> None:
        packs = Pack.objects.bulk_create(
            Pack(meeting=each, closed_at=each.ends_at, closed_by=self.chair, words="Welcome.") for each in held
        )
        reports = PodReport.objects.bulk_create(
            PodReport(group=self.pod, steering=each, text="Two visits.", sent_at=each.starts_at) for each in held
        )
        ReportNote.objects.bulk_create(
            ReportNote(pack=pack, group=self.pod, report=report) for pack, report in zip(packs, reports, strict=True)
        )
        decided = {"outcome": "agreed", "words": "Yes.", "means": "It is free.", "asked_by": self.chair}
        Decision.objects.bulk_create(
            Decision(partnership=self.leeds, meeting=each, question=f"Shall we, {each.ref}?", decided_on=each.starts_at,
                     **decided)
            for each in held
        )  # fmt: skip
        ahead = Meeting.objects.upcoming().get(group=self.steering)
        Decision.objects.bulk_create(
            [Decision(partnership=self.leeds, meeting=ahead, question=f"Year {year}?", asked_by=self.chair)]
        )

    def _plan(self, people, year: int) -> None:
        objective = Objective.objects.create(priority=self.priority, title=f"True by year {year}")
        said = {"objective": objective, "due_on": today() + timedelta(days=9), "made_at": _back(year)}
        owners = [{"group": self.pod} if number % 2 else {"owner": people[number]} for number in range(EACH_YEAR)]
        made = Action.objects.bulk_create(Action(title=f"Thing {n}", **said, **owner) for n, owner in enumerate(owners))
        states = ("not-started", "on-track", "help", "done")
        PlanUpdate.objects.bulk_create(
            PlanUpdate(action=action, state=state, text="In words.", by=self.chair, at=_back(year, 50 * late))
            for late, state in enumerate(states)
            for number, action in enumerate(made)
            if number or state != "done"
        )

    def _shared(self, held: list[Meeting], year: int) -> None:
        Sharing.objects.bulk_create(Sharing(meeting=each, by=self.chair) for each in held[:2])
        verbs = [{"verb": "looked into the Executive", "detail": {"why": "asked"}}] * 2
        group = {"subject": "pods.group", "subject_id": str(self.executive.pk), "title": "Executive"}
        Entry.objects.bulk_create(Entry(actor=self.manager, **group, **verb) for verb in verbs)

    def _kept(self, people, year: int) -> None:
        said = {"partnership": self.leeds, "made_by": self.chair}
        day = today() - timedelta(days=365 * year + 30)
        EvidenceBook.objects.bulk_create(
            [EvidenceBook(title=f"Year {year}", first_on=day, last_on=day, figures=FIGURES, **said)]
        )
        FunderLine.objects.bulk_create(
            FunderLine(happened_on=day, text="Ten schools.", priority=self.priority, **said) for _ in range(3)
        )
        heard = {"heard_on": day, "organisation": "A club", "ages": "12-14", "headcount": 9, "said": "A lift home."}
        YouthVoice.objects.bulk_create(
            YouthVoice(answer_by=today(), priority=self.priority, **each, **heard, **said)
            for each in ({}, {"answer": "There is one.", "answered_on": day, "answered_by": self.chair})
        )
        Interest.objects.bulk_create(
            Interest(group=self.steering, name=f"Wish {year}", email=f"wish{year}@example.org", statement="I care.",
                     seat=Seat.objects.filter(group=self.steering).last(), **answer)
            for answer in ({}, {"answer": "declined", "answered_at": _back(year), "answered_by": self.manager})
        )  # fmt: skip
        turned = {"asked_by": people[0], "confirmed_by": people[1], "member": people[2]}
        KeyTurn.objects.bulk_create(
            KeyTurn(partnership=self.leeds, act="appoint", **turned, **done) for done in ({}, {"done_at": _back(year)})
        )
        HandoverNote.objects.bulk_create([HandoverNote(partnership=self.leeds, text=f"Note {year}", by=self.manager)])
        Document.objects.bulk_create(
            [Document(partnership=self.leeds, slug=f"terms-{year}", title=f"Terms {year}", review_on=today())]
        )
        Newsletter.objects.bulk_create(
            Newsletter(partnership=self.leeds, number=10 * year + n, subject=f"Issue {n}", published_at=_back(year))
            for n in range(1, EACH_YEAR)
        )


def _back(year: int, later: int = 0):
    return timezone.now() - timedelta(days=365 * year + 300 - later)
