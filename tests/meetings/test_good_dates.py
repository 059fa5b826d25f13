"""Good dates for the next meeting: the facts of Leeds 2025/26, and what holds on any calendar.

LCEP_CALENDARS says on how many random calendars: 200 unless told, 10,000 before a change of the rules lands.
"""

import os
from datetime import date, datetime, time, timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings.cadence import Booking, Calendar, Question, Rhythm, Term, suggest, window_of
from tests.meetings.calendars import leeds

LEEDS = leeds()
SCHOOL_DAYS = [
    day
    for term in LEEDS.terms[:6]
    for number in range((term.last_on - term.first_on).days + 1)
    if not LEEDS.why_closed(day := term.first_on + timedelta(number))
]


def asked(last: date, at: time = time(16), today: date | None = None, **more) -> Question:
    return Question(today=today or last, calendar=LEEDS, last_held=datetime.combine(last, at), **more)


def open_days(question: Question) -> list[date]:
    window = window_of(question)
    days = [window.first + timedelta(number) for number in range((window.last - window.first).days + 1)]
    return [day for day in days if not LEEDS.why_closed(day)]


def test_ten_weeks_on_falls_on_a_closed_day_for_56_days_of_a_school_year():
    """Five of the 195 are training days that every school sets for itself."""
    closed = [day for day in SCHOOL_DAYS if LEEDS.why_closed(day + timedelta(weeks=10))]
    assert (len(closed), len(SCHOOL_DAYS)) == (56, 195)


def test_the_window_is_empty_after_six_days_of_june():
    empty = [day for day in SCHOOL_DAYS if not open_days(asked(day))]
    assert empty == [date(2026, 6, day) for day in (1, 2, 3, 4, 5, 8)]
    assert all(suggest(asked(day)).is_empty for day in empty)


def test_a_window_usually_has_sixteen_weekdays():
    found = [open_days(asked(day)) for day in SCHOOL_DAYS]
    assert median(map(len, found)) == 16
    assert median(sum(day.weekday() in {1, 2, 3} for day in days) for days in found) == 10
    same = [sum(day.weekday() == last.weekday() for day in days) for last, days in zip(SCHOOL_DAYS, found, strict=True)]
    assert median(same) == 4


def test_an_empty_window_offers_both_its_sides():
    answer = suggest(asked(date(2026, 6, 1)))
    assert (answer.window.first, answer.window.last) == (date(2026, 7, 27), date(2026, 8, 24))
    assert [(each.day, each.weeks) for each in answer.suggestions] == [
        (date(2026, 7, 21), 7.1),
        (date(2026, 9, 1), 13.1),
    ]
    assert answer.suggestions[1].reasons == ("8 days after your 12 weeks",)


def test_the_day_before_is_not_offered_when_nobody_could_be_told():
    answer = suggest(asked(date(2026, 6, 1), today=date(2026, 7, 10)))
    assert [each.day for each in answer.suggestions] == [date(2026, 9, 1)]


@pytest.mark.parametrize(("day", "count"), [(9, 1), (10, 2), (11, 3), (12, 4), (15, 5)])
def test_after_the_middle_of_june_the_first_days_of_september_open(day, count):
    days = open_days(asked(date(2026, 6, day)))
    assert len(days) == count and days[0] == date(2026, 9, 1)


def test_a_day_or_two_are_too_few_so_the_window_is_stretched():
    answer = suggest(asked(date(2026, 6, 9)))
    assert answer.is_wider and len(answer.suggestions) == 5
    best = answer.suggestions[0]
    assert (best.day, best.reasons[0]) == (date(2026, 9, 8), "7 days after your 12 weeks")


def test_a_group_may_leave_the_summer_out_of_its_count():
    window = window_of(asked(date(2026, 6, 1), rhythm=Rhythm(pauses_in_summer=True)))
    assert (window.first, window.last) == (date(2026, 9, 6), date(2026, 10, 4))


def test_a_year_of_meetings_of_a_group_that_starts_in_september():
    """On its own weekday, each time on the open day that is nearest to ten weeks on."""
    last, weeks = date(2025, 9, 16), []
    for _ in range(5):
        middle = last + timedelta(weeks=10)
        own = [day for day in open_days(asked(last)) if day.weekday() == last.weekday()]
        day = min(own, key=lambda day: abs(day - middle))
        weeks.append((day - last).days // 7)
        last = day
    assert weeks == [10, 10, 11, 10, 10]


def test_a_pod_between_another_pod_and_steering():
    bookings = (
        Booking(datetime(2026, 4, 28, 16), datetime(2026, 4, 28, 17, 30), "Skills & Progression"),
        Booking(datetime(2026, 5, 19, 16), datetime(2026, 5, 19, 18), "Steering", is_steering=True),
    )
    answer = suggest(asked(date(2026, 2, 24), bookings=bookings))
    assert [(each.day, each.score) for each in answer.suggestions] == [
        (date(2026, 5, 5), 115),
        (date(2026, 4, 23), 104),
        (date(2026, 4, 22), 103.5),
        (date(2026, 5, 12), 101.5),
        (date(2026, 4, 30), 99.5),
    ]
    best, *_, last = answer.suggestions
    assert best.reasons == (
        "10 weeks after the last one",
        "the weekday and time of the last one",
        "10 working days before Steering on 19 May",
    )
    assert best.drawbacks == () and last.drawbacks == ("Skills & Progression is in that week",)
    assert {reason: len(days) for reason, days in answer.ruled_out.items()} == {
        "a weekend": 8,
        "Early May bank holiday": 1,
    }


def test_a_meeting_that_needs_the_same_people_rules_a_time_out_and_not_the_day():
    taken = Booking(datetime(2026, 5, 5, 15), datetime(2026, 5, 5, 17), "Youth Voice", frozenset({"ada"}))
    rhythm = Rhythm(usual=((1, time(16)), (1, time(9)), (2, time(16))))
    free = suggest(asked(date(2026, 2, 24), bookings=(taken,), rhythm=rhythm)).suggestions
    assert datetime(2026, 5, 5, 16) not in [each.starts for each in free]
    only = Rhythm(usual=((1, time(16)),))
    answer = suggest(asked(date(2026, 2, 24), bookings=(taken,), rhythm=only))
    assert answer.ruled_out["Youth Voice needs the same people"] == (date(2026, 5, 5),)


def test_a_late_group_gets_four_weeks_from_when_people_can_be_told():
    answer = suggest(asked(date(2025, 9, 16), today=date(2026, 1, 12)))
    assert (answer.window.first, answer.window.last) == (date(2026, 2, 2), date(2026, 3, 2))
    assert answer.window.weeks_late == 8


def test_a_group_that_never_met_meets_within_six_weeks():
    answer = suggest(Question(today=date(2026, 1, 12), calendar=LEEDS))
    assert (answer.window.first, answer.window.last) == (date(2026, 2, 2), date(2026, 2, 23))
    assert all(each.weeks is None for each in answer.suggestions)


def test_a_cancelled_day_comes_back_in_the_next_open_week():
    answer = suggest(asked(date(2026, 1, 14), cancelled=datetime(2026, 4, 1, 16), today=date(2026, 3, 25)))
    made_up = next(each for each in answer.suggestions if each.day == date(2026, 4, 22))
    assert "the same weekday as on 1 April, which was cancelled" in made_up.reasons


def test_days_without_term_dates_are_kept_and_marked():
    answer = suggest(Question(today=date(2027, 3, 1), calendar=LEEDS, last_held=datetime(2027, 3, 1, 16)))
    assert answer.suggestions and all("term dates unknown" in each.reasons for each in answer.suggestions)


days = st.dates(date(2025, 9, 1), date(2026, 12, 18))
rhythms = st.builds(
    lambda least, more, usual, pauses: Rhythm(least, least + more, tuple(usual), 90, 21, pauses),
    st.integers(1, 12),
    st.integers(0, 8),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([time(9), time(12, 30), time(16)])), min_size=1, max_size=4),
    st.booleans(),
)


@st.composite
def calendars(draw) -> Calendar:
    """Terms of three to eight weeks with holidays of one to seven between them, and bank holidays anywhere."""
    day, terms = date(2025, 8, 25) + timedelta(draw(st.integers(0, 14))), []
    for number in range(draw(st.integers(0, 9))):
        last = day + timedelta(draw(st.integers(21, 56)))
        terms.append(Term(f"Term {number}", day, last))
        day = last + timedelta(draw(st.integers(7, 49)))
    off = draw(st.lists(days, max_size=12))
    return Calendar(tuple(terms), dict.fromkeys(off, "a bank holiday"))


@st.composite
def bookings(draw) -> tuple[Booking, ...]:
    found = []
    for day in draw(st.lists(days, max_size=6)):
        starts = datetime.combine(day, draw(st.sampled_from([time(9), time(15, 30), time(16)])))
        people = draw(st.sampled_from([frozenset(), frozenset({"ada"})]))
        found.append(Booking(starts, starts + timedelta(hours=2), "Another", people, draw(st.booleans())))
    return tuple(found)


def both_sides(question: Question) -> list[date]:
    """The last day before the window and the first after it on which the group could meet, found day by day."""
    window, rhythm, last = window_of(question), question.rhythm, question.last_held.date()

    def could(day: date) -> bool:
        ends = {at: datetime.combine(day, at) + timedelta(minutes=rhythm.minutes) for at in rhythm.times(day.weekday())}
        clash = [
            any(b.people and b.starts < end and datetime.combine(day, at) < b.ends for b in question.bookings)
            for at, end in ends.items()
        ]
        return not question.calendar.why_closed(day) and not all(clash)

    soonest = max(question.today + timedelta(rhythm.notice), last + timedelta(1))
    before = [day for number in range(1, 400) if (day := window.first - timedelta(number)) >= soonest and could(day)]
    after = [day for number in range(1, 400) if could(day := window.last + timedelta(number))]
    return before[:1] + after[:1]


def assert_true(each, question: Question) -> None:
    """What is said for and against a date is what the calendar and the other meetings say of it."""
    day, last, said = each.day, question.last_held.date(), {*each.reasons, *each.drawbacks}
    weeks = (day - last).days / 7
    assert each.weeks == round(weeks, 1)
    terms = [term for term in question.calendar.terms if term.first_on <= day <= term.last_on]
    of_school = [
        one
        for term in terms
        for number in range((term.last_on - term.first_on).days + 1)
        if (one := term.first_on + timedelta(number)).weekday() < 5 and one not in question.calendar.bank_holidays
    ]
    assert ("the first or last days of a half term" in said) == (day in of_school[:2] + of_school[-2:])
    assert ("the weekday and time of the last one" in said) == (
        (day.weekday(), each.starts.time()) == (last.weekday(), question.last_held.time())
    )
    assert any("is on that day" in line for line in said) == any(b.starts.date() == day for b in question.bookings)
    assert ("term dates unknown" in said) == (not question.calendar.knows(day))
    for line in said:
        if line.endswith("weeks after the last one"):
            assert float(line.split()[0]) == round(weeks, 1)


@settings(max_examples=int(os.environ.get("LCEP_CALENDARS", "200")), deadline=None)
@given(calendars(), rhythms, days, st.integers(0, 140), bookings())
def test_whatever_the_calendar(calendar, rhythm, last, later, booked):
    question = Question(
        today=last + timedelta(later),
        calendar=calendar,
        rhythm=rhythm,
        last_held=datetime.combine(last, time(16)),
        bookings=booked,
    )
    answer = suggest(question)
    soonest = question.today + timedelta(rhythm.notice)
    for each in answer.suggestions:
        assert not calendar.why_closed(each.day) and each.day >= soonest
        ends = each.starts + timedelta(minutes=rhythm.minutes)
        assert not any(b.people and b.starts < ends and each.starts < b.ends for b in booked)
        assert (each.starts.weekday(), each.starts.time()) in rhythm.usual or "not one of your usual days" in str(
            each.drawbacks
        )
    weeks = [each.day.isocalendar()[:2] for each in answer.suggestions]
    assert all(weeks.count(week) <= 2 for week in weeks) and len(weeks) <= 5
    for each in answer.suggestions:
        assert_true(each, question)
    if answer.is_empty:
        assert [each.day for each in answer.suggestions] == both_sides(question)
    else:
        scores = [(-each.score, each.starts) for each in answer.suggestions]
        assert scores == sorted(scores)
    inside = {day for days in answer.ruled_out.values() for day in days}
    assert all(day in answer.window for day in inside)
    assert suggest(question) == answer
