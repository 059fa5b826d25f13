"""The story is plausible on any day, is told once, and goes on when it is loaded again later."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from demo import story
from demo.models import Chapter
from demo.school_days import SchoolDays
from lcep.site import today
from mailings.models import Delivery, Mailing
from members.models import Consent, Member, Membership, Suppression
from members.models.consents import Purpose
from newsletters.models import Newsletter
from partnerships.models import BankHoliday, HalfTerm, Partnership, Place, Stewardship
from pods.models import Appointment, Group, GroupMembership
from trust.models import Entry

LONDON = ZoneInfo("Europe/London")
DAYS = {
    "today": date.today(),
    "in August": date(2026, 8, 12),
    "on 1 January": date(2027, 1, 1),
    "when the clocks go forward": date(2027, 3, 28),
    "when the clocks go back": date(2026, 10, 25),
    "on the day a newsletter is due": date(2026, 12, 11),
    "beyond the dates of the file": date(2029, 5, 1),
}
NAMED_DAY = re.compile(r"(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday) (\d{1,2}) (\w+)")


def leeds() -> Partnership:
    return Partnership.objects.get(slug="leedscep")


def is_school_day(day: date) -> bool:
    in_term = HalfTerm.objects.filter(place__slug="leeds", first_on__lte=day, last_on__gte=day).exists()
    return in_term and day.weekday() < 5 and not BankHoliday.objects.filter(day=day).exists()


def assert_plausible(newsletter: Newsletter) -> None:
    """Its words name only school days to come, seen from the day it is due."""
    due = SchoolDays(Place.objects.get(slug="leeds")).issue_on(newsletter.half_term)
    words = "\n".join([newsletter.opening, *newsletter.sections.values_list("body", flat=True)])
    assert not re.search(r"[{}]", words)
    named = NAMED_DAY.findall(words)
    assert named
    for weekday, number, month in named:
        candidates = [datetime.strptime(f"{number} {month} {due.year + more}", "%d %B %Y").date() for more in (0, 1)]
        day = min(candidate for candidate in candidates if candidate > due)
        assert f"{day:%A}" == weekday
        assert day - due < timedelta(weeks=14)
        assert is_school_day(day), f"{weekday} {number} {month}"


@pytest.mark.once
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_told_on_any_day_it_is_plausible(day, db):
    with time_machine.travel(datetime.combine(day, time(0, 30), tzinfo=LONDON)):
        story.load()

        assert leeds().is_at_home
        assert leeds().name == "LeedsCEP"
        assert_newsletters_fit(day)
        assert_every_mailing_accounts_for_everybody()
        assert_nothing_lies_ahead_or_on_a_weekend()


def assert_newsletters_fit(day: date) -> None:
    """Five have gone out, the next one is in draft, each in its half term."""
    assert leeds().newsletters.published().count() == 5
    for newsletter in leeds().newsletters.all():
        assert_plausible(newsletter)
    draft = leeds().newsletters.drafts().get()
    due = SchoolDays(Place.objects.get(slug="leeds")).issue_on(draft.half_term)
    assert day <= due <= day + timedelta(weeks=16)
    assert is_school_day(due)
    numbers = leeds().newsletters.order_by("half_term__first_on").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5, 6]


def assert_every_mailing_accounts_for_everybody() -> None:
    for mailing in Mailing.objects.all():
        assert mailing.state == Mailing.State.DONE
        assert mailing.candidates == mailing.prepared + mailing.excluded
        assert mailing.prepared == mailing.deliveries.count() > 0
        assert mailing.excluded == mailing.exclusions.count()
        assert not mailing.deliveries.filter(state__in=["queued", "handed", "uncertain"]).exists()
        assert mailing.marketing and mailing.partnership == leeds()
    for newsletter in leeds().newsletters.published():
        assert newsletter.mailing.prepared > 60 and newsletter.mailing.excluded > 0
        assert newsletter.mailing.purpose == "newsletter"
        joined_later = Membership.objects.filter(joined_at__gt=mailing.started_at).values("member")
        assert not mailing.deliveries.filter(member__in=joined_later).exists()
    assert Delivery.objects.filter(state="failed").count() == 2


def assert_nothing_lies_ahead_or_on_a_weekend() -> None:
    now, day = timezone.now(), today()
    for mailing in Mailing.objects.all():
        assert mailing.started_at < mailing.finished_at < now
        assert is_school_day(timezone.localtime(mailing.started_at).date())
        assert timezone.localtime(mailing.started_at).hour in (10, 11)
    moments = [*Membership.objects.values_list("joined_at", flat=True), *Consent.objects.values_list("at", flat=True)]
    moments += Membership.objects.exclude(left_at=None).values_list("left_at", flat=True)
    moments += Suppression.objects.values_list("at", flat=True)
    moments += Newsletter.objects.values_list("made_at", flat=True)
    moments += Member.objects.values_list("joined_at", flat=True)
    assert all(moment <= now for moment in moments)
    appointments, in_groups = Appointment.objects, GroupMembership.objects
    days = [*appointments.values_list("since", flat=True), *in_groups.values_list("joined_on", flat=True)]
    days += appointments.exclude(until_on=None).values_list("until_on", flat=True)
    days += in_groups.exclude(left_on=None).values_list("left_on", flat=True)
    days += Stewardship.objects.filter(partnership=leeds()).values_list("from_on", flat=True)
    assert all(each < day and each.weekday() < 5 for each in days)


def test_people_and_groups_are_as_promised(db):
    story.load()

    current = Membership.objects.current().filter(partnership=leeds())
    assert current.count() == 120
    assert current.filter(newsletter_since=None, events_since__isnull=False).count() == 6
    assert current.filter(paused_until__gt=today()).count() == 4
    assert Membership.objects.filter(partnership=leeds()).exclude(left_at=None).count() == 4
    assert Suppression.objects.count() == 3
    assert Member.objects.exclude(email__endswith="@example.org").count() == 0
    assert current.values("member__sector").distinct().count() == 16
    assert current.filter(member__areas=None).count() == 0
    steering, executive = leeds().groups.get(kind="steering"), leeds().groups.get(kind="executive")
    seats = steering.appointments.current()
    assert seats.count() == 14
    assert all(seat.term_ends > seat.since and seat.line for seat in seats)
    chair = seats.get(role="chair")
    assert executive.appointments.current().count() == 4
    assert executive.appointments.current().filter(member=chair.member).exists()
    pods = leeds().groups.pods()
    assert [pod.memberships.current().count() for pod in pods.order_by("priority__position")] == [11, 14, 14, 10]
    assert sorted(pod.appointments.current().filter(role="lead").count() for pod in pods) == [1, 1, 1, 2]
    for membership in GroupMembership.objects.select_related("group", "member"):
        joined_at = membership.member.memberships.get(partnership=leeds()).joined_at
        assert joined_at.date() <= membership.joined_on
    told = " ".join(Entry.objects.values_list("title", flat=True).distinct())
    assert not [name for name in Member.objects.values_list("name", flat=True) if name and name in told]


def test_everybodys_consents_say_what_their_membership_says(db):
    story.load()

    assert set(Consent.objects.values_list("how", flat=True)) == {"demo"}
    for membership in Membership.objects.prefetch_related("member__consents"):
        latest = {
            consent.purpose: consent.given
            for consent in sorted(membership.member.consents.all(), key=lambda consent: (consent.at, consent.pk))
            if consent.partnership_id == membership.partnership_id
        }
        chosen = [purpose for purpose in Purpose.values if latest.get(purpose)]
        assert chosen == membership.chosen


def test_the_invented_terms_are_labelled_and_hold_195_weekdays_a_year(db):
    story.load()

    illustrative = HalfTerm.objects.filter(place__slug="leeds", is_illustrative=True)
    assert set(illustrative.values_list("school_year", flat=True)) >= {"2026/27", "2027/28"}
    assert all("llustrative" in half_term.source for half_term in illustrative)
    assert not HalfTerm.objects.filter(place__slug="leeds", school_year="2025/26", is_illustrative=True).exists()
    holidays = set(BankHoliday.objects.values_list("day", flat=True))
    for year in ("2026/27", "2027/28"):
        spans = [
            half_term.first_on + timedelta(days=more)
            for half_term in illustrative.filter(school_year=year)
            for more in range((half_term.last_on - half_term.first_on).days + 1)
        ]
        assert len([day for day in spans if day.weekday() < 5 and day not in holidays]) == 195


def snapshot() -> dict[str, list]:
    models = [Member, Membership, Consent, Group, GroupMembership, Appointment, HalfTerm, Newsletter, Mailing, Delivery]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in [*models, Chapter, Partnership]}


def test_telling_it_twice_changes_nothing(db):
    first = story.load()
    before = snapshot()

    assert story.load() == first
    assert snapshot() == before


def test_what_people_did_stays(db):
    story.load()
    draft = leeds().newsletters.drafts().get()
    Newsletter.objects.filter(pk=draft.pk).update(subject="Mine", version=2)
    Partnership.objects.filter(pk=leeds().pk).update(name="Renamed")
    membership = Membership.objects.get(member__email="ben@example.org")
    membership.leave(how=Consent.How.CHOICES)
    Group.objects.get(slug="youth-voice").leave(Member.objects.get(email="ben@example.org"))

    with time_machine.travel(datetime.now(LONDON) + timedelta(days=80)):
        story.load()

        assert leeds().name == "Renamed"
        assert not Membership.objects.current().filter(member__email="ben@example.org").exists()
        assert not GroupMembership.objects.current().filter(member__email="ben@example.org").exists()
        draft.refresh_from_db()
        assert (draft.subject, draft.is_draft) == ("Mine", True)


def test_on_a_later_day_the_untouched_draft_has_gone_out_and_the_next_one_is_begun(db):
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=LONDON)):
        story.load()
        draft = leeds().newsletters.drafts().get()
        assert draft.half_term.name == "Autumn 2"

    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=LONDON)):
        said = story.load()
        story.load()

        draft.refresh_from_db()
        assert timezone.localtime(draft.mailing.started_at).date() == date(2026, 12, 11)
        assert [str(n.half_term) for n in leeds().newsletters.all()] == [
            "Spring 2 2026/27", "Spring 1 2026/27", "Autumn 2 2026/27", "Autumn 1 2026/27",
            "Summer 2 2025/26", "Summer 1 2025/26", "Spring 2 2025/26", "Spring 1 2025/26",
        ]  # fmt: skip
        assert leeds().newsletters.drafts().get().half_term.name == "Spring 2"
        assert said == [
            "LeedsCEP is at home here, with 120 invented members and 4 pods.",
            "7 newsletters have gone out. The one for Spring 2 is in draft, due on Friday 12 March.",
        ]


def test_the_draft_can_be_sent_and_accounts_for_everybody_on_the_list(db):
    story.load()
    dee = Member.objects.get(email="dee@example.org")
    draft = leeds().newsletters.drafts().get()

    mailing = draft.send(version=draft.version, by=dee, send_at=timezone.now())
    Mailing.objects.filter(pk=mailing.pk).update(state=Mailing.State.PREPARING)
    mailing.prepare()

    assert mailing.candidates == mailing.prepared + mailing.excluded
    assert mailing.prepared == mailing.deliveries.count() > 95
    assert {reason.split(" until")[0] for reason in mailing.exclusions.values_list("reason", flat=True)} >= {
        "did not choose the newsletter",
        "on pause",
        "the address does not work",
        "asked us not to write",
    }


def test_told_by_halves_is_not_told(db, monkeypatch):
    monkeypatch.setattr(story, "_northvale", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        story.load()

    assert not Chapter.objects.exists()
    assert not Member.objects.exists()
