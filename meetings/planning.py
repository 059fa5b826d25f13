"""From rows to a question about good dates: what `cadence` needs to know of a group, its place and its people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from lcep.site import today
from meetings.cadence import Answer, Booking, Calendar, Question, Rhythm, Suggestion, Term, suggest
from meetings.models import Meeting, PollAnswer
from partnerships.models import BankHoliday, HalfTerm, Partnership
from pods.models import Appointment, Group
from pods.models.groups import RUNNING

NOTICE: dict[str, int] = {Group.Kind.STEERING: 28}
USUAL_NOTICE = 21
KNOWN = timedelta(days=800)  # as far back as half terms matter: the last meeting, and a year before it
OTHERS = timedelta(days=500)


class Planner:
    """The next meeting of some groups of one partnership. What all share is asked of the database once.

    `one_more` counts from a meeting that is fixed already: who plans ahead plans the one after it.
    """

    def __init__(self, partnership: Partnership, groups: Iterable[Group], *, one_more: bool = False) -> None:
        self.partnership = partnership
        self.groups = list(groups)
        self.one_more = one_more

    @classmethod
    def of(cls, group: Group) -> "Planner":
        return cls(group.partnership, [group], one_more=True)

    def questions(self) -> dict[Group, Question]:
        """Return for each group everything its suggestions depend on."""
        calendar, others = calendar_of(self.partnership), self._others()
        (last, called_off), bound = self._last(), self._bound()
        refusals = self._refusals()
        times = {each.pk: (_local(each.starts_at), _local(each.ends_at)) for each in others}
        return {
            group: Question(
                today=today(),
                calendar=calendar,
                rhythm=rhythm_of(group, last.get(group.pk)),
                last_held=last.get(group.pk),
                begins_on=group.from_on,
                cancelled=_since(called_off.get(group.pk), last.get(group.pk)),
                bookings=tuple(self._bookings(group, others, times, bound)),
                refusals=refusals.get(group.pk, {}),
            )
            for group in self.groups
        }

    def answers(self) -> dict[Group, Answer]:
        return {group: self.answer(question) for group, question in self.questions().items()}

    @staticmethod
    def answer(question: Question) -> Answer:
        return suggest(question)

    def _others(self) -> list[Meeting]:
        span = (timezone.now(), timezone.now() + OTHERS)
        coming = Meeting.objects.filter(partnership=self.partnership, status=Meeting.Status.SCHEDULED)
        return list(coming.filter(ends_at__range=span).select_related("group").order_by("starts_at"))

    def _last(self) -> tuple[dict[int, datetime], dict[int, datetime]]:
        """When each group met last, or will next, and when the last of those it called off would have been."""
        off = Meeting.objects.filter(status=Meeting.Status.CANCELLED, starts_at__isnull=False)
        counted = [Meeting.Status.SCHEDULED, Meeting.Status.HELD]
        held = Meeting.objects.filter(status__in=counted) if self.one_more else Meeting.objects.past()
        rows = (held | off).filter(group__in=self.groups).order_by("starts_at")
        met: dict[int, datetime] = {}
        called_off: dict[int, datetime] = {}
        for group, starts, status in rows.values_list("group", "starts_at", "status"):
            (called_off if status == Meeting.Status.CANCELLED else met)[group] = _local(starts)
        return met, called_off

    def _bound(self) -> dict[int | None, set[str]]:
        """Whom each group's meetings cannot do without, by group; the manager comes to all but the Executive's."""
        running = Appointment.objects.current().filter(group__partnership=self.partnership, role__in=RUNNING)
        bound: dict[int | None, set[str]] = defaultdict(set)
        for group, member in running.values_list("group", "member"):
            bound[group].add(str(member))
        managers = self.partnership.stewardships.current().values_list("member", flat=True)
        bound[None] = {str(member) for member in managers}
        return bound

    def _bookings(
        self, group: Group, others: list[Meeting], times: dict[int, tuple[datetime, datetime]],
        bound: dict[int | None, set[str]],
    ) -> Iterable[Booking]:  # fmt: skip
        managers = bound[None]
        ours = bound[group.pk] | (managers if group.kind != Group.Kind.EXECUTIVE else set())
        for meeting in others:
            if meeting.group_id == group.pk:
                continue
            of_board = meeting.group is not None and meeting.group.kind == Group.Kind.EXECUTIVE
            theirs = bound[meeting.group_id] | (set() if of_board else managers)
            starts, ends = times[meeting.pk]
            yield Booking(
                starts=starts,
                ends=ends,
                title="Another meeting" if of_board else str(meeting.title or meeting.group),
                people=frozenset(ours & theirs),
                is_steering=meeting.group is not None and meeting.group.kind == Group.Kind.STEERING,
            )

    def _refusals(self) -> dict[int, dict[int, float]]:
        """For each group, the share of those asked in its polls who refused a weekday every time it was offered."""
        asked: dict[int, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
        answers = PollAnswer.objects.filter(option__poll__meeting__group__in=self.groups)
        rows = answers.values_list("option__poll__meeting__group", "option__starts_at", "answer")
        for group, starts, answer in rows:
            asked[group][_local(starts).weekday()].append(answer == PollAnswer.Answer.NO)
        return {
            group: {weekday: sum(said) / len(said) for weekday, said in days.items()} for group, days in asked.items()
        }


def calendar_of(partnership: Partnership) -> Calendar:
    """Return the school days of a partnership's places: with several, the days on which all of them have school."""
    since = today() - KNOWN
    by_place: dict[int, list[Term]] = defaultdict(list)
    for row in HalfTerm.objects.of(partnership.places.all()).filter(last_on__gte=since):
        by_place[row.place_id].append(Term(row.name, row.first_on, row.last_on))
    terms: list[Term] = []
    for number, of_place in enumerate(by_place.values()):
        terms = _both(terms, of_place) if number else of_place
    holidays = dict(BankHoliday.objects.filter(day__gte=since).values_list("day", "name"))
    return Calendar(terms=tuple(terms), bank_holidays=holidays)


def rhythm_of(group: Group, last: datetime | None) -> Rhythm:
    """Return how a group likes to meet: as it says, else Tuesdays to Thursdays at the time of the last one."""
    usual = tuple(sorted((int(each["weekday"]), time.fromisoformat(each["at"])) for each in group.usual_times))
    if not usual:
        at = last.time() if last else time(16)
        usual = tuple((weekday, at) for weekday in (1, 2, 3))
    return Rhythm(
        gap_min=group.gap_min,
        gap_max=group.gap_max,
        usual=usual,
        minutes=group.usual_minutes,
        notice=NOTICE.get(group.kind, 7 if group.kind == Group.Kind.TASK_AND_FINISH else USUAL_NOTICE),
        pauses_in_summer=group.pauses_in_summer,
    )


def next_of(group: Group) -> Meeting | None:
    return Meeting.objects.filter(group=group).upcoming().first()


def suggested(answer: Answer, starts: datetime) -> Suggestion | None:
    """The suggestion of this time, if it is one."""
    return next((each for each in answer.suggestions if each.starts == starts), None)


def _both(ones: list[Term], others: list[Term]) -> list[Term]:
    pairs = ((one, other) for one in ones for other in others)
    met = [(one, max(one.first_on, other.first_on), min(one.last_on, other.last_on)) for one, other in pairs]
    return sorted((Term(one.name, first, last) for one, first, last in met if first <= last), key=lambda t: t.first_on)


def _since(cancelled: datetime | None, last: datetime | None) -> datetime | None:
    return cancelled if cancelled and (last is None or cancelled > last) else None


def _local(at: datetime | None) -> datetime:
    """Wall-clock time in London, without its zone: what `cadence` counts in."""
    assert at is not None
    return timezone.localtime(at).replace(tzinfo=None)
