"""The school year of a partnership: its half terms, and each newsletter with the day it is due.

School dates are looked up, never computed: without them there is no year, and the planner says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from lcep.site import today
from mailings.models import Delivery
from newsletters.models import Ask, Newsletter
from newsletters.standing import Standing
from partnerships.models import BankHoliday, HalfTerm, Partnership

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FRIDAY = 4
ASKED_BEFORE = 3 * WEEK
FILLED_BEFORE = 2 * WEEK
MONTHLY = 9  # so many newsletters a year are more than one each half term
A_MONTH = 10  # school days that make a month worth a newsletter
AROUND = timedelta(days=400)


def due_on(half_term: HalfTerm) -> date:
    """The Friday a week before the half term ends: late enough to be full, early enough to be read."""
    week_before = half_term.last_on - WEEK
    return week_before - DAY * ((week_before.weekday() - FRIDAY) % 7)


@dataclass
class Slot:
    """One newsletter of the year: what it is called, when it is due, and what became of it."""

    name: str
    half_term: HalfTerm
    due_on: date
    asks_on: date
    filled_on: date
    newsletter: Newsletter | None = None
    ask: Ask | None = None
    handed_over: int = 0

    @property
    def word(self) -> str:
        """sent, planned, draft, due, or none: its day is over and no newsletter went out."""
        if self.newsletter is None:
            return "due" if self.due_on >= today() else "none"
        if self.newsletter.is_draft:
            return "draft"
        return "planned" if self.newsletter.is_planned else "sent"

    @property
    def is_open(self) -> bool:
        """Whether something can still be done about it."""
        return self.word in {"draft", "due"} or (self.word == "none" and today() <= self.half_term.last_on)

    @property
    def standing(self) -> Standing | None:
        return Standing(self.newsletter, self.handed_over) if self.newsletter else None

    @property
    def sentence(self) -> str:
        """Where it stands, as one says it."""
        if self.standing and self.word != "draft":
            return f"{self.standing.sentence}."
        if self.word == "draft":
            return f"In draft, due {_day(self.due_on)}."
        if self.word == "due":
            return f"Due {_day(self.due_on)}."
        return "Not begun." if self.is_open else "No newsletter."


@dataclass
class Year:
    """The school year a day lies in, or the next one when it lies in the summer. `slots` are in order."""

    partnership: Partnership
    half_terms: list[HalfTerm]
    holidays: set[date]
    asks: dict[date, Ask] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)

    @classmethod
    def of(cls, partnership: Partnership) -> "Year | None":
        return cls.of_all([partnership]).get(partnership.pk)

    @classmethod
    def of_all(cls, partnerships: Iterable[Partnership]) -> "dict[int, Year]":
        """Return the year of each partnership that has school dates from today on, in a fixed number of queries."""
        found = {partnership.pk: partnership for partnership in partnerships}
        terms = _half_terms(found)
        holidays = (
            set(
                BankHoliday.objects.filter(day__range=(today() - AROUND, today() + AROUND)).values_list(
                    "day", flat=True
                )
            )
            if terms
            else set()
        )
        years = {pk: cls(found[pk], rows, holidays) for pk, rows in terms.items()}
        _put_in(years)
        return years

    @property
    def name(self) -> str:
        """Return "2025/26"."""
        return self.half_terms[0].school_year

    @property
    def first_on(self) -> date:
        return self.half_terms[0].first_on

    @property
    def last_on(self) -> date:
        return self.half_terms[-1].last_on

    @property
    def is_monthly(self) -> bool:
        return is_monthly(self.partnership)

    @property
    def slot(self) -> Slot | None:
        """The newsletter one works on now: the first that can still go out."""
        return next((slot for slot in self.slots if slot.is_open), None)

    def is_school_day(self, day: date) -> bool:
        in_term = any(row.first_on <= day <= row.last_on for row in self.half_terms)
        return in_term and day.weekday() <= FRIDAY and day not in self.holidays

    def school_day_from(self, day: date) -> date:
        """This day, or the next one on which there is school; after the year's end the day itself."""
        return next((each for each in _days(day, self.last_on) if self.is_school_day(each)), day)

    def moments(self) -> Iterator[tuple[date, str]]:
        """What comes by itself or will be asked, with its day: for "nothing is waiting until"."""
        for slot in self.slots:
            if slot.word in {"due", "none"} and slot.ask is None:
                yield slot.asks_on, f"it is time to ask for news for {slot.name}’s newsletter"
            if slot.word == "due":
                yield slot.filled_on, f"{slot.name}’s newsletter begins as a draft"
            if slot.word in {"due", "draft"}:
                yield slot.due_on, f"{slot.name}’s newsletter is due"

    def lay_out(self) -> None:
        """Find the slots: one for each half term, or for each month with ten school days or more."""
        pairs = self._months() if self.is_monthly else [(row.name, row, due_on(row)) for row in self.half_terms]
        for name, row, due in pairs:
            due = next((day for day in _days_back(due, row.first_on) if self.is_school_day(day)), due)
            asks_on = self.school_day_from(max(due - ASKED_BEFORE, self.first_on))
            filled_on = self.school_day_from(max(due - FILLED_BEFORE, self.first_on))
            self.slots.append(Slot(name, row, due, asks_on, filled_on, ask=self.asks.get(due)))

    def put(self, newsletters: list[Newsletter], handed_over: dict[int, int]) -> None:
        """Find each newsletter's slot: by its half term or month, else by the day it went out."""
        for newsletter in sorted(newsletters, key=lambda each: (each.is_draft, each.number)):
            slot = self._slot_of(newsletter)
            if slot and (slot.newsletter is None or slot.newsletter.is_draft):
                slot.newsletter = newsletter
                slot.handed_over = handed_over.get(newsletter.mailing_id or 0, 0)

    def _slot_of(self, newsletter: Newsletter) -> Slot | None:
        free = [slot for slot in self.slots if slot.newsletter is None or not newsletter.is_draft]
        went_on = _went_on(newsletter)
        if self.is_monthly and went_on:
            return next(
                (slot for slot in free if (slot.due_on.year, slot.due_on.month) == (went_on.year, went_on.month)), None
            )
        if newsletter.half_term:
            asked = (newsletter.half_term.school_year, newsletter.half_term.number)
            own = [slot for slot in free if (slot.half_term.school_year, slot.half_term.number) == asked]
            coming = [slot for slot in own if slot.due_on >= today()] if newsletter.is_draft else own
            return next(iter(coming or own), None)
        if went_on:
            return next((slot for slot in free if slot.half_term.first_on <= went_on <= slot.half_term.last_on), None)
        return None

    def _months(self) -> Iterator[tuple[str, HalfTerm, date]]:
        months: dict[tuple[int, int], list[date]] = defaultdict(list)
        for day in _days(self.first_on, self.last_on):
            if self.is_school_day(day):
                months[day.year, day.month].append(day)
        for days in months.values():
            if len(days) >= A_MONTH:
                fridays = [day for day in days if day.weekday() == FRIDAY]
                due = fridays[-1] if fridays else days[-1]
                row = next(row for row in self.half_terms if row.first_on <= due <= row.last_on)
                yield f"{due:%B}", row, due


def is_monthly(partnership: Partnership) -> bool:
    """How often is what readers were promised: about 6 a year is each half term, more than that each month."""
    return partnership.newsletters_a_year >= MONTHLY


def _half_terms(partnerships: dict[int, Partnership]) -> dict[int, list[HalfTerm]]:
    """The half terms of the year in question; of several places, those of the one with most of them."""
    around = HalfTerm.objects.filter(last_on__gte=today() - AROUND, first_on__lte=today() + AROUND)
    rows = around.filter(place__partnerships__in=partnerships).annotate(of=F("place__partnerships"))
    by_place: dict[int, dict[int, list[HalfTerm]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.order_by("first_on"):
        by_place[row.of][row.place_id].append(row)
    found = {}
    for pk, places in by_place.items():
        years = [year for _, rows in sorted(places.items()) if (year := _of_today(rows))]
        if pk in partnerships and years:
            found[pk] = max(years, key=len)
    return found


def _of_today(rows: list[HalfTerm]) -> list[HalfTerm]:
    current = next((row for row in rows if row.last_on >= today()), None)
    return [row for row in rows if current and row.school_year == current.school_year]


def _put_in(years: dict[int, Year]) -> None:
    """Read asks, newsletters and how many mails left, for all years at once."""
    for ask in Ask.objects.standing().filter(partnership__in=years).select_related("mailing"):
        years[ask.partnership_id].asks[ask.due_on] = ask
    of_now = Q(half_term=None) | Q(half_term__last_on__gte=today() - AROUND)
    issues = Newsletter.objects.filter(of_now, partnership__in=years).defer("opening")
    found: dict[int, list[Newsletter]] = defaultdict(list)
    for issue in issues.select_related("mailing", "half_term", "edited_by"):
        if (_went_on(issue) or today()) >= today() - AROUND:
            issue.partnership = years[issue.partnership_id].partnership
            found[issue.partnership_id].append(issue)
    handed = _handed_over(issue for issues in found.values() for issue in issues)
    for pk, year in years.items():
        year.lay_out()
        year.put(found[pk], handed)


def _went_on(newsletter: Newsletter) -> date | None:
    """The day it began to go out, here or before it came here."""
    at = newsletter.published_at or (newsletter.mailing.started_at if newsletter.mailing else None)
    return localdate(at) if at else None


def _handed_over(issues: Iterable[Newsletter]) -> dict[int, int]:
    sent = Delivery.objects.filter(mailing__in=[issue.mailing_id for issue in issues if issue.mailing_id], state="sent")
    return dict(sent.order_by().values("mailing").annotate(people=Count("pk")).values_list("mailing", "people"))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * at for at in range((last - first).days + 1))


def _days_back(last: date, first: date) -> Iterator[date]:
    return (last - DAY * at for at in range((last - first).days + 1))


def _day(day: date) -> str:
    return f"{day:%A %-d %B}"
