"""What a book of evidence says of a period: counts of people with small numbers left out, counts of work as they are.

`figures` returns plain data, which the book keeps: {"numbers": [{"label", "value"}], "tables": [{"title", "rows":
[{"label", "value"}], "total", "note"}], "lines": [{"priority", "when", "text"}], "notes": [str]}. A value of None is
too small to be told. A member is counted by what is known of them on the day the book is made.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from mailings.models import Delivery
from meetings.models import Attendance, Meeting
from members.models import Member, Membership
from newsletters.models import Newsletter
from partnerships.models import Organisation, Partnership, Place
from partnerships.models.organisations import Sector
from pods.models import Group
from steering import evidence_counts
from steering.models import Action, Decision, FunderLine, PlanUpdate, State, YouthVoice

UNKNOWN = "Not given"
NOTES = [
    "A member is a person of 18 or over on the mailing list on the last day of the period; sector, organisation and "
    "areas are as they stood when this book was made.",
    "Somebody who works in several areas is counted in each, so areas may add up to more than the total.",
    "An area with nobody yet is a part of the place in which no member and no organisation says that they work.",
    "A meeting counts as planned when its date lies in the period, and as held when its record was made. Attendance is "
    "counted from records; others who came without being on the list are counted in numbers only.",
    "An action is done when its last update in the period says so.",
    "“Sent to” counts the mails that the mail server accepted. Nobody's opening or reading is watched.",
    "Counts of people from 1 to 4 are left out, and so are further ones where a total would give them away. Counts of "
    "meetings, actions and newsletters are no people, and stand as they are.",
    "The figures were worked out once, when the book was made, and do not change.",
]


def figures(partnership: Partnership, first: date, last: date) -> dict[str, Any]:
    """Return what a book of these days says, both included."""
    period = Period(partnership, first, last)
    return {
        "numbers": [{"label": label, "value": value} for label, value in period.numbers()],
        "tables": period.tables(),
        "empty_areas": period.empty_areas(),
        "newsletters": period.newsletters(),
        "lines": period.lines(),
        "notes": NOTES,
    }


class Period:
    """One partnership from one day to another, London time."""

    def __init__(self, partnership: Partnership, first: date, last: date) -> None:
        self.partnership, self.first, self.last = partnership, first, last
        self.begins, self.ends = _midnight(first), _midnight(last + timedelta(days=1))
        self.at = (self.begins, self.ends - timedelta(microseconds=1))
        on_the_list = Membership.objects.filter(partnership=partnership, joined_at__lt=self.ends)
        there = on_the_list.filter(Q(left_at=None) | Q(left_at__gte=self.ends), member__erased_at=None)
        self.members = Member.objects.filter(pk__in=there.values("member"))
        self.organisations = Organisation.objects.filter(partnership=partnership)
        self.areas = _areas(partnership)
        self.meetings = Meeting.objects.filter(partnership=partnership, starts_at__range=self.at)
        self.meetings = self.meetings.exclude(group__kind=Group.Kind.EXECUTIVE)
        self.held = self.meetings.filter(status=Meeting.Status.HELD)
        self.came = Attendance.objects.filter(meeting__in=self.held).exclude(how=Attendance.How.APOLOGIES)

    def numbers(self) -> list[tuple[str, int | None]]:
        """The figures that stand alone."""
        voices = YouthVoice.objects.filter(partnership=self.partnership, heard_on__range=(self.first, self.last))
        # A small group told apart from its total would be known: the register says "a few" of it.
        heard = voices.filter(headcount__gte=evidence_counts.FEW).aggregate(sum=Sum("headcount"))["sum"] or 0
        others = self.held.aggregate(sum=Sum("others"))["sum"] or 0
        small = evidence_counts.shown
        return [
            ("Members on the last day", small(self.members.count())),
            ("New members in the period", small(self._joined())),
            ("Organisations", small(self.organisations.count())),
            ("Meetings planned", self.meetings.exclude(status="cancelled").count()),
            ("Meetings held", self.held.count()),
            ("Times a member came to a meeting", small(self.came.count())),
            ("Times somebody else came", small(others)),
            ("Different members who came", small(self.came.values("member").distinct().count())),
            ("Actions of the plan done", len(self._closed())),
            ("Decisions of Steering", self._decisions().count()),
            ("Newsletters sent", len(self.newsletters())),
            ("Young people heard, in groups of 5 or more", heard),
            ("Answers given to young people", self._answers().count()),
        ]

    def tables(self) -> list[dict[str, Any]]:
        sectors = dict(Sector.choices)
        members = Counter(self.members.values_list("sector", flat=True))
        organisations = Counter(self.organisations.values_list("sector", flat=True))
        came = Counter(self.came.values_list("sector", flat=True))
        kinds = Counter(self.held.values_list("group__kind", flat=True))
        names = dict(Group.Kind.choices) | {None: "Event for everyone"}
        return [
            _people("Members by sector", _named(members, sectors), self.members.count()),
            _people("Members by area", self._in_areas(self.members), self.members.count(), "area"),
            _people("Organisations by sector", _named(organisations, sectors), self.organisations.count()),
            _people("Organisations by area", self._in_areas(self.organisations), self.organisations.count(), "area"),
            _people("Attendance by sector", _named(came, sectors), self.came.count()),
            _work("Meetings held", [(names[kind], count) for kind, count in kinds.most_common()]),
            _work("Actions done by priority", Counter(self._closed()).most_common()),
        ]

    def empty_areas(self) -> list[str]:
        """The parts of the place in which nobody says that they work yet."""
        busy = set(self.members.exclude(areas=None).values_list("areas", flat=True))
        busy |= set(self.organisations.exclude(areas=None).values_list("areas", flat=True))
        return [area.name for area in self.areas if area.pk not in busy]

    def newsletters(self) -> list[dict[str, Any]]:
        """Each newsletter that went out: its number, its day, to how many."""
        issues = Newsletter.objects.published().filter(partnership=self.partnership, out_at__range=self.at)
        sent = Count("mailing__deliveries", filter=Q(mailing__deliveries__state=Delivery.State.SENT))
        rows = issues.annotate(sent_to=sent).order_by("out_at")
        return [
            {
                "label": f"{row.number}: {row.subject}",
                "when": f"{timezone.localtime(row.out_at):%-d %B %Y}",
                "value": evidence_counts.shown(row.sent_to),
            }
            for row in rows
        ]

    def lines(self) -> list[dict[str, str]]:
        """What is to be told to funders, by priority and day."""
        rows = FunderLine.objects.filter(partnership=self.partnership, happened_on__range=(self.first, self.last))
        ordered = rows.select_related("priority").order_by("priority__position", "happened_on", "pk")
        return [
            {
                "priority": str(row.priority.title) if row.priority else "",
                "when": f"{row.happened_on:%B %Y}",
                "text": row.text,
            }
            for row in ordered
        ]

    def _joined(self) -> int:
        rows = Membership.objects.filter(partnership=self.partnership, joined_at__range=self.at)
        return rows.values("member").distinct().count()

    def _closed(self) -> list[str]:
        """The priority of each action that was done in the period: its last update says so, and none before did."""
        told = PlanUpdate.objects.of(self.partnership).filter(at__lt=self.ends)
        latest = told.values("action").annotate(last=Max("pk")).values("last")
        done = told.filter(pk__in=latest, state=State.DONE)
        before = told.filter(at__lt=self.begins).values("action").annotate(last=Max("pk")).values("last")
        done_before = PlanUpdate.objects.filter(pk__in=before, state=State.DONE).values("action")
        actions = Action.objects.filter(pk__in=done.values("action")).exclude(pk__in=done_before)
        titles = actions.order_by("objective__priority__position", "pk")
        return list(titles.values_list("objective__priority__title", flat=True))

    def _decisions(self) -> Any:
        return Decision.objects.made().filter(partnership=self.partnership, decided_on__range=(self.first, self.last))

    def _answers(self) -> Any:
        return YouthVoice.objects.filter(partnership=self.partnership, answered_on__range=(self.first, self.last))

    def _in_areas(self, rows: Any) -> list[tuple[str, int]]:
        counts = Counter(rows.filter(areas__in=self.areas).values_list("areas", flat=True))
        found = [(area.name, counts[area.pk]) for area in self.areas]
        elsewhere = rows.exclude(areas__in=self.areas).distinct().count()
        return [pair for pair in found if pair[1]] + ([(UNKNOWN, elsewhere)] if elsewhere else [])


def _areas(partnership: Partnership) -> list[Place]:
    """The parts of the places a partnership works in; where none are known, those places themselves."""
    own = list(partnership.places.all())
    parts = list(Place.objects.filter(inside__in=own))
    return sorted(parts or own, key=lambda place: place.name)


def _named(counts: Counter, names: dict[str, Any]) -> list[tuple[str, int]]:
    """Counts by label in the order of the names, not of their size, which would tell of what is left out."""
    known = [(str(label), counts[code]) for code, label in names.items() if counts[code]]
    unknown = sum(count for code, count in counts.items() if code not in names)
    return known + ([(UNKNOWN, unknown)] if unknown else [])


def _people(title: str, rows: list[tuple[str, int]], total: int, column: str = "sector") -> dict[str, Any]:
    """A table of people: what is too small is left out, and what would give it away; or the table but for its total."""
    out = evidence_counts.hidden([count for _, count in rows])
    if out is evidence_counts.EVERYTHING:
        rows = []  # even which lines there are would tell
    told = [{"label": label, "value": None if place in out else count} for place, (label, count) in enumerate(rows)]
    return {
        "title": title,
        "column": column.capitalize(),
        "rows": told,
        "left_out": [row["label"] for row in told if row["value"] is None],
        "total": evidence_counts.shown(total),
        "people": True,
    }


def _work(title: str, rows: Iterable[tuple[Any, int]]) -> dict[str, Any]:
    told = [{"label": str(label), "value": count} for label, count in rows]
    total = sum(row["value"] for row in told)
    return {"title": title, "column": "What", "rows": told, "total": total, "people": False}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
