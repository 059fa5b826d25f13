"""The school year on the desk: when newsletters are due, asking for news, the draft that fills itself, the week."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from mailings.models import Delivery, Exclusion, Mailing
from mailings.models.mailings import rules_of
from meetings.audience import ON_FRIDAY
from meetings.models import Meeting, PodReport
from newsletters import daily
from newsletters.emails import NEWSLETTER
from newsletters.models import Ask, Newsletter, Story, WorkingWeek
from newsletters.planner import filling, monday
from newsletters.planner.strip import Strip
from newsletters.planner.year import Year
from newsletters.words import Words
from partnerships.models import BankHoliday, HalfTerm, Place, Stewardship
from tests import factories
from trust.models import Cap
from trust.tokens import ASKED

PLANNER = "/admin/planner/leedscep/"
TERMS = [
    ("Autumn 1", date(2025, 9, 1), date(2025, 10, 24)),
    ("Autumn 2", date(2025, 11, 3), date(2025, 12, 19)),
    ("Spring 1", date(2026, 1, 5), date(2026, 2, 13)),
    ("Spring 2", date(2026, 2, 23), date(2026, 4, 2)),
    ("Summer 1", date(2026, 4, 20), date(2026, 5, 22)),
    ("Summer 2", date(2026, 6, 1), date(2026, 7, 21)),
]


@pytest.fixture
def clock():
    """Named first, so that the cast is appointed by then. Monday of the week in which Autumn 2 asks for news."""
    with time_machine.travel("2025-11-17 09:00", tick=False) as clock:
        yield clock


@pytest.fixture
def terms(leeds):
    rows = [
        HalfTerm(place=leeds.places.get(), school_year="2025/26", name=name, number=at, first_on=first, last_on=last)
        for at, (name, first, last) in enumerate(TERMS, 1)
    ]
    return HalfTerm.objects.bulk_create(rows)


@pytest.fixture
def settled(leeds, dee, terms):
    """It has sent a newsletter from here, and its manager has been there since the summer."""
    Stewardship.objects.update(from_on=date(2025, 6, 1))
    number = Newsletter.objects.count() + 90
    issue = Newsletter.begin(leeds, Words.typed(number=number, half_term=None, subject="Earlier"), by=dee)
    issue.mailing = Mailing.objects.create(
        **rules_of(NEWSLETTER), key="earlier", partnership=leeds, subject="Earlier", late_after=timezone.now(),
        state="done", candidates=0, prepared=0, excluded=0, started_at=datetime(2025, 7, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    issue.save()


def told(leeds, writer, title: str = "Free drums", **more) -> Story:
    words = {"kind": "opportunity", "title": title, "text": "Six mornings.", "credit": "Ben"}
    return Story.send(leeds, writer=writer, readers=[], **words | more)


def approved(leeds, writer, dee, title: str = "Free drums", **more) -> Story:
    story = told(leeds, writer, title, **more)
    story.approve(by=dee)
    return story


def desk_of(as_member, member) -> str:
    return as_member(member).get("/admin/").content.decode()


def test_the_year_knows_six_newsletters_with_their_days(clock, leeds, terms):
    year = Year.of(leeds)
    days = [(slot.name, slot.due_on, slot.asks_on, slot.filled_on) for slot in year.slots]
    assert [f"{name} {due:%a %-d %b}, asks {asks:%-d %b}, fills {fills:%-d %b}" for name, due, asks, fills in days] == [
        "Autumn 1 Fri 17 Oct, asks 26 Sep, fills 3 Oct",
        "Autumn 2 Fri 12 Dec, asks 21 Nov, fills 28 Nov",
        "Spring 1 Fri 6 Feb, asks 16 Jan, fills 23 Jan",
        "Spring 2 Fri 20 Mar, asks 27 Feb, fills 6 Mar",
        "Summer 1 Fri 15 May, asks 24 Apr, fills 1 May",
        "Summer 2 Fri 10 Jul, asks 19 Jun, fills 26 Jun",
    ]  # fmt: skip
    assert [slot.word for slot in year.slots] == ["none", "due", "due", "due", "due", "due"]
    assert year.slot.name == "Autumn 2"


def test_a_bank_holiday_or_a_holiday_moves_a_day_to_school(clock, leeds, terms):
    BankHoliday.objects.create(day=date(2025, 12, 12), name="Invented", source="x")
    HalfTerm.objects.filter(name="Spring 2").update(last_on=date(2026, 3, 20))
    year = Year.of(leeds)
    assert year.slots[1].due_on == date(2025, 12, 11)
    assert year.slots[3].due_on == date(2026, 3, 13)
    assert year.slots[3].asks_on == date(2026, 2, 23)  # 20 February lies in the holiday


def test_monthly_is_a_setting_and_what_readers_are_promised(clock, as_member, leeds, dee, terms):
    page = as_member(dee).post(f"{PLANNER}rhythm/", {"rhythm": "monthly"}, follow=True).content.decode()
    assert "about 11 a year" in page
    leeds.refresh_from_db()
    year = Year.of(leeds)
    assert [slot.name for slot in year.slots] == (
        ["September", "October", "November", "December", "January", "February", "March", "April", "May", "June", "July"]
    )[: len(year.slots)] or len(year.slots) >= 10
    assert [slot.due_on for slot in year.slots][2:4] == [date(2025, 11, 28), date(2025, 12, 19)]
    join = as_member(dee).get("/partnerships/leedscep/join/").content.decode()
    assert "about 11 a year" in join


def test_each_newsletter_stands_where_it_belongs(clock, leeds, terms, dee):
    gone = Words.typed(number=1, half_term=terms[0].pk, subject="Gone", sections=[("A", "b")])
    Newsletter.bring(leeds, gone, published_at=timezone.now() - timedelta(days=31), by=dee)
    Newsletter.begin(leeds, Words.typed(number=2, half_term=terms[1].pk, subject="Now", sections=[("A", "b")]), by=dee)
    slots = Year.of(leeds).slots
    assert [slot.word for slot in slots[:3]] == ["sent", "draft", "due"]
    assert slots[1].sentence == "In draft, due Friday 12 December."


def test_the_strip_says_in_words_what_it_draws(clock, as_member, leeds, pod, ada, dee, terms):
    Meeting.schedule(pod, starts_at=timezone.make_aware(datetime(2025, 12, 3, 16)), by=ada, seen=0)
    [strip] = Strip.of_all([Year.of(leeds)])
    assert len(list(strip.letters())) == len(list(strip.words())) == 6
    assert len(list(strip.dots())) == 1
    assert strip.coming()[0] == (date(2025, 12, 3), "Youth Voice meets")
    page = as_member(dee).get(PLANNER).content.decode()
    assert page.count('<rect class="term') == 6 and 'class="now"' in page
    assert "1 meeting" in page and "Due Friday 12 December." in page and "No newsletter." in page


def test_asking_for_news_is_one_press_after_a_nudge(clock, as_member, leeds, pod, ben, dee, terms):
    factories.on_the_list(leeds, 2)  # just kept informed: nobody asks them
    page = desk_of(as_member, dee)
    assert "It is time to ask for news for Autumn 2’s newsletter." in page and "2025-11-21" in page
    assert not Mailing.objects.exists()
    desk = as_member(dee)
    shown = desk.get(f"{PLANNER}asking/").content.decode()
    assert "<strong>1 person</strong>" in shown and "Ben" in shown
    desk.post(f"{PLANNER}asking/")
    desk.post(f"{PLANNER}asking/")
    mailing = Mailing.objects.get(kind="ask-for-news")
    assert mailing.purpose == "newsletter" and mailing.marketing
    assert "It is time to ask" not in desk_of(as_member, dee)
    mailing.undo(by=dee)
    assert "It is time to ask" in desk_of(as_member, dee)
    desk.post(f"{PLANNER}asking/")
    assert Mailing.objects.filter(kind="ask-for-news").count() == 2


def test_not_this_time_is_an_answer(clock, as_member, ben, dee, terms):
    as_member(dee).post(f"{PLANNER}asking/", {"when": "not this time"})
    assert Ask.objects.get().mailing is None
    assert "It is time to ask" not in desk_of(as_member, dee)


def test_nobody_is_asked_by_itself(clock, leeds, ben, dee, terms):
    for _ in range(3):
        daily.day()
    assert not Mailing.objects.filter(kind="ask-for-news").exists()


def test_the_link_opens_the_form_with_its_sender_known(clock, client, as_member, leeds, pod, ben, dee, terms, mail_of):
    as_member(dee).post(f"{PLANNER}asking/")
    ask = Ask.objects.get()
    mail = mail_of(ask.mailing, ben)
    text = mail.get_body(("plain",)).get_content()
    token = ASKED.sign(ask.pk, ben.pk)
    assert f"/s/{token}/" in text and "by Friday 5 December" in text and "Friday 12 December" in text
    assert f"/s/{token}/" in mail.get_body(("html",)).get_content()
    assert "List-Unsubscribe-Post" in mail and "/u/" in text

    page = client.get(f"/s/{token}/")
    assert "in the name of <strong>Ben</strong>" in page.content.decode() and not Story.objects.exists()
    assert page["Referrer-Policy"] == "strict-origin" and "no-store" in page["Cache-Control"]
    words = {"title": "Drums", "kind": "news", "text": "Six mornings.", "credit": "Ben"}
    thanks = client.post(f"/s/{token}/", words, follow=True).content.decode()
    assert "“Drums” is with LeedsCEP’s manager" in thanks
    client.post(f"/s/{token}/", words)
    story = Story.objects.get()
    assert story.writer == ben and story.is_waiting
    assert client.get("/me/").status_code == 302  # signed nobody in


def test_a_link_is_its_own_and_ends(clock, client, leeds, elsewhere, pod, ben, cy, dee, terms):
    ask = Ask.send(leeds, date(2025, 12, 12), "News?", by=dee)
    token = ASKED.sign(ask.pk, ben.pk)
    for wrong in (token[:-4] + "AAAA", ASKED.sign(ask.pk, cy.pk), "nonsense"):
        assert client.get(f"/s/{wrong}/").status_code == 410
    for at in range(7):
        answer = client.post(f"/s/{token}/", {"title": f"Story {at}", "kind": "news", "text": "Words."})
    assert answer.status_code == 422 and "Send it tomorrow" in answer.content.decode()
    assert Story.objects.count() == 5
    ben.memberships.get(partnership=leeds).leave(how="choices")
    assert client.get(f"/s/{token}/").status_code == 410
    clock.shift(timedelta(days=62))
    Cap.objects.all().delete()
    assert client.get(f"/s/{token}/").status_code == 410


def test_the_fourth_mail_of_a_week_waits_for_friday(clock, as_member, leeds, pod, ada, ben, dee, terms, prepare):
    for at in range(3):
        earlier = Mailing.objects.create(
            **rules_of(NEWSLETTER), key=f"m{at}", partnership=leeds, subject="x", late_after=timezone.now(),
            state="done", candidates=1, prepared=1, excluded=0, started_at=timezone.now(),
        )  # fmt: skip
        Delivery.objects.create(mailing=earlier, member=ben, address="ben@example.org", key=ben.key, state="sent")
    as_member(dee).post(f"{PLANNER}asking/")
    mailing = prepare(Ask.objects.get().mailing)
    assert {row.member for row in mailing.deliveries.all()} == {ada}
    assert Exclusion.objects.get(mailing=mailing, member=ben).reason == ON_FRIDAY
    Mailing.objects.filter(pk=mailing.pk).update(state="done", started_at=timezone.now())
    mailing.deliveries.update(state="sent")
    clock.shift(timedelta(days=4))  # Friday: the three of Monday are not a week ago yet
    assert daily.on_friday() == 0
    Mailing.objects.filter(key__startswith="m", kind="newsletter").update(started_at=timezone.now() - timedelta(days=8))
    assert daily.on_friday() == 1
    assert daily.on_friday() == 0  # it is under way
    again = Mailing.objects.get(to_missed=True)
    assert {row.member for row in prepare(again).deliveries.all()} == {ben}


def test_two_weeks_before_a_draft_fills_itself_once(clock, as_member, leeds, pod, ada, ben, dee, terms):
    drums = approved(leeds, ben, dee)
    told(leeds, ben, "Still waiting")
    approved(leeds, ben, dee, "Over by then", closes_on=date(2025, 11, 20))
    job = approved(leeds, ben, dee, "A job", kind="job", closes_on=date(2025, 12, 1))
    Meeting.schedule(pod, starts_at=timezone.make_aware(datetime(2025, 12, 3, 16)), by=ada, seen=0)
    PodReport.send(pod, "We met ten young people.", by=ada)
    daily.day()
    assert not Newsletter.objects.exists()
    clock.move_to(datetime(2025, 11, 28, 8, tzinfo=timezone.get_current_timezone()))
    daily.day()
    daily.day()
    draft = Newsletter.objects.get()
    assert (draft.half_term, draft.subject) == (terms[1], "LeedsCEP newsletter, Autumn 2 2025/26")
    assert [(part.heading, part.story) for part in draft.words.sections] == [
        ("A job", job.pk),
        ("Free drums", drums.pk),
        ("From the pods", None),
        ("Dates for the diary", None),
    ]
    assert "Youth Voice" in draft.words.sections[3].body and "ten young people" in draft.words.sections[2].body
    assert "Autumn 2 is due Friday 12 December. Two stories are in, your opening words are not." in desk_of(
        as_member, dee
    )


def test_an_untouched_draft_is_not_followed_by_another(clock, leeds, ben, dee, terms):
    approved(leeds, ben, dee)
    clock.move_to(datetime(2025, 11, 28, 8, tzinfo=timezone.get_current_timezone()))
    assert filling.fill_drafts() == 1
    approved(leeds, ben, dee, "Another")
    clock.move_to(datetime(2026, 1, 26, 8, tzinfo=timezone.get_current_timezone()))
    assert filling.fill_drafts() == 0


def test_a_draft_can_be_begun_by_hand_before(clock, as_member, leeds, ben, dee, eve, terms):
    approved(leeds, ben, dee)
    page = as_member(dee).post(f"{PLANNER}draft/", follow=True).content.decode()
    assert "with 1 story in it" in page
    as_member(dee).post(f"{PLANNER}draft/")
    assert Newsletter.objects.count() == 1
    assert as_member(eve).post(f"{PLANNER}draft/").status_code == 404


def test_with_nothing_waiting_the_desk_says_until_when(clock, as_member, leeds, dee, terms, settled):
    clock.move_to(datetime(2025, 9, 3, 8, tzinfo=timezone.get_current_timezone()))
    page = desk_of(as_member, dee)
    assert "Nothing is waiting for you until Friday 26 September." in page
    assert "it is time to ask for news for Autumn 1’s newsletter" in page


def test_in_august_the_desk_speaks_of_september(clock, as_member, leeds, dee, terms, settled):
    HalfTerm.objects.create(
        place=leeds.places.get(), school_year="2026/27", name="Autumn 1", number=1,
        first_on=date(2026, 9, 1), last_on=date(2026, 10, 23),
    )  # fmt: skip
    clock.move_to(datetime(2026, 8, 12, 8, tzinfo=timezone.get_current_timezone()))
    assert "Nothing is waiting for you until Friday 25 September." in desk_of(as_member, dee)


def test_next_years_school_dates_are_asked_for_in_may(clock, as_member, leeds, ben, dee, eve, terms):
    clock.move_to(datetime(2026, 4, 30, 8, tzinfo=timezone.get_current_timezone()))
    assert "school dates are not in yet" not in desk_of(as_member, dee)
    clock.move_to(datetime(2026, 5, 4, 8, tzinfo=timezone.get_current_timezone()))
    assert "Next year’s school dates are not in yet." in desk_of(as_member, dee)
    desk = as_member(dee)
    assert "2026/27 in Leeds" in desk.get(f"{PLANNER}school-dates/").content.decode()
    typed = {"source": "www.example.gov.uk/terms"}
    for at, (first, last) in enumerate(
        [("2026-09-01", "2026-10-23"), ("2026-11-02", "2026-12-18"), ("2027-01-04", "2027-02-12"),
         ("2027-02-22", "2027-03-25"), ("2027-04-12", "2027-05-28"), ("2027-06-07", "2027-07-21")], 1
    ):  # fmt: skip
        typed |= {f"first_{at}": first, f"last_{at}": last}
    wrong = desk.post(f"{PLANNER}school-dates/", typed | {"last_2": "2026-10-01"})
    assert wrong.status_code == 422 and "ends before it begins" in wrong.content.decode()
    desk.post(f"{PLANNER}school-dates/", typed)
    rows = HalfTerm.objects.filter(place=Place.objects.get(slug="leeds"), school_year="2026/27")
    assert rows.count() == 6 and rows[0].source == "https://www.example.gov.uk/terms"
    assert "school dates are not in yet" not in desk_of(as_member, dee)
    assert as_member(eve).get(f"{PLANNER}school-dates/").status_code == 404


def test_the_week_begins_with_a_summary_on_the_first_working_day(clock, as_member, leeds, ben, dee, terms, settled):
    told(leeds, ben)
    page = as_member(dee).get("/admin/days/").content.decode()
    assert "checked" in page
    stewardship = dee.stewardships.get()
    as_member(dee).post("/admin/days/", {f"s{stewardship.pk}-days": ["3", "4"], f"s{stewardship.pk}-summary": "on"})
    assert WorkingWeek.objects.get().days == "34"
    assert monday.send_summaries() == 0  # Monday
    clock.shift(timedelta(days=2))
    assert monday.send_summaries() == 1
    monday.send_summaries()
    [mail] = Delivery.objects.filter(mailing__kind="desk-summary")
    assert mail.address == "dee@example.org"
    assert mail.mailing.subject == "Three things need you this week"
    clock.shift(timedelta(days=1))
    assert monday.send_summaries() == 0


def test_no_summary_in_a_week_without_a_need_or_by_choice(clock, leeds, dee, terms, settled):
    clock.move_to(datetime(2025, 9, 8, 8, tzinfo=timezone.get_current_timezone()))
    assert monday.send_summaries() == 0
    told(leeds, factories.member("writer@example.org"))
    WorkingWeek.choose(dee.stewardships.get(), "12345", summary=False, by=dee)
    assert monday.send_summaries() == 0


def test_a_bank_holiday_is_no_working_day(clock):
    assert monday.begins_today("12345", set())
    assert not monday.begins_today("12345", {date(2025, 11, 17)})
    clock.shift(timedelta(days=1))
    assert monday.begins_today("12345", {date(2025, 11, 17)})


def test_a_new_manager_has_a_list_that_ticks_itself(clock, as_member, leeds, ben, dee, terms):
    page = desk_of(as_member, dee)
    assert "Your first half term at LeedsCEP" in page and "0 of 6 done" in page
    told(leeds, ben).approve(by=dee)
    leeds.postal_identity = "1 Example Street"
    leeds.save()
    WorkingWeek.choose(dee.stewardships.get(), "12", summary=True, by=dee)
    assert "3 of 6 done" in desk_of(as_member, dee)
    clock.shift(timedelta(weeks=11))
    assert "Your first half term" not in desk_of(as_member, dee)


def test_the_desk_asks_as_little_of_the_database_whatever_its_size(
    clock, as_member, leeds, pod, ben, dee, terms, settled, django_assert_max_num_queries
):
    def fill(count: int) -> None:
        for at in range(count):
            told(leeds, ben, f"Story {count} {at}")
            approved(leeds, ben, dee, f"Approved {count} {at}")
            factories.GroupFactory(partnership=leeds)
            words = Words.typed(number=count * 10 + at, half_term=None, subject=f"N {at}", sections=[("A", "b")])
            Newsletter.begin(leeds, words, by=dee)
        if count > 1:
            factories.on_the_list(leeds, count)

    desk = as_member(dee)
    fill(1)
    with django_assert_max_num_queries(42) as few:
        desk.get("/admin/")
    fill(9)
    with django_assert_max_num_queries(len(few)):
        page = desk.get("/admin/").content.decode()
    assert page.count('class="button"') <= 7


def test_no_word_on_the_desk_blames(clock, as_member, leeds, pod, ben, dee, terms):
    clock.move_to(datetime(2025, 12, 16, 8, tzinfo=timezone.get_current_timezone()))
    told(leeds, ben)
    page = desk_of(as_member, dee).lower()
    assert not any(word in page for word in ("owed", "overdue", "failing", "missed"))
