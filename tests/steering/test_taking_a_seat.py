"""A vacancy on the public page, a form, thanks, an answer, a seat; and what was written is deleted in time."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from meetings.models import Attendance
from members.rights import everything, forgetting
from pods.models import Appointment
from steering import terms
from steering.models import Holding, Interest, RoleDescription, Rules, Seat
from tests import factories
from tests.steering.conftest import passed

PAGE = "/partnerships/leedscep/steering/"
FORM = f"{PAGE}interest/"
WORDS = "I teach Year 4, and every class should meet an artist."


@pytest.fixture
def seat(steering):
    return Seat.objects.create(group=steering, label="Primary schools", sector="school")


@pytest.fixture
def offer(client, monkeypatch):
    """Fill in the form as a person does, some time after opening it."""

    def send(seat=None, wait=60, **changed):
        opened = client.get(FORM).context["form"].initial["opened"]
        said = {"name": "Orla", "email": "Orla@Example.org", "statement": WORDS, "opened": opened}
        said |= {"seat": seat.pk} if seat else {}
        now = time.time()
        with monkeypatch.context() as later:
            later.setattr("trust.guarded.time.time", lambda: now + wait)
            return client.post(FORM, said | changed)

    return send


def test_a_free_seat_stands_on_the_page_until_it_is_taken(client, dee, cho, sol, steering, seat):
    assert "1 seat is free" in client.get(PAGE).content.decode()

    Holding.objects.create(appointment=Appointment.objects.get(member=sol, group=steering), seat=seat)
    assert "seat is free" not in client.get(PAGE).content.decode()


def test_the_page_names_only_who_agreed_and_counts_the_others(client, dee, cho, sol, steering):
    Appointment.objects.filter(member=sol).update(is_public=True, line="Paints with everybody.")
    page = client.get(PAGE).content.decode()

    assert "Sol Bramble" in page and "Paints with everybody." in page
    assert "Cho Oakapple" not in page and "And 1 more" in page


def test_attendance_is_public_only_where_the_group_chose_so(client, dee, cho, sol, meeting, steering):
    Appointment.objects.filter(group=steering).update(is_public=True, since=timezone.localdate() - timedelta(days=300))
    Attendance.record(passed(meeting, 30), {sol: "in person"}, others=0, by=cho)
    assert "Came to" not in client.get(PAGE).content.decode()

    Rules.objects.create(group=steering, shows_attendance=True)
    page = client.get(PAGE).content.decode()
    assert "Came to 1 of 1 meetings" in page and "Came to 0 of 1 meetings" in page


def test_a_role_shows_our_sample_as_such_until_the_manager_writes_her_own(client, leeds, dee, steering):
    address = f"{PAGE}roles/chair/"
    assert "A sample." in client.get(address).content.decode()

    RoleDescription.objects.create(partnership=leeds, kind="chair", title="Our chair", text="## Well\n\nChairs.")
    page = client.get(address).content.decode()
    assert "A sample." not in page and "Our chair" in page and "<h2>Well</h2>" in page
    assert client.get(f"{PAGE}roles/emperor/").status_code == 404


def test_an_offer_is_kept_thanked_for_and_read_by_manager_and_chair(offer, written, cho, dee, seat):
    answer = offer(seat)

    assert answer.url == f"{FORM}received/"
    kept = Interest.objects.get()
    assert (kept.seat, kept.sector, kept.email, kept.statement) == (seat, "school", "Orla@example.org", WORDS)
    assert sorted(written()) == [
        ("Orla@example.org", "LeedsCEP: thank you for your interest"),
        ("cho@example.org", "Steering Group: Orla would like to take part"),
        ("dee@example.org", "Steering Group: Orla would like to take part"),
    ]


def test_the_thanks_repeat_nothing_that_was_typed(offer, mails, cho, dee, seat):
    """Else the form could carry anybody's words to anybody."""
    offer(seat, name="Buy at evil.example", statement="evil.example " * 5)
    thanks = mails()[("Orla@example.org", "LeedsCEP: thank you for your interest")]

    assert "evil" not in thanks.as_string()


def test_a_machine_is_thanked_and_nothing_is_kept(offer, written, cho, dee, seat):
    assert offer(seat, wait=0).status_code == 302
    assert offer(seat, website="x").status_code == 302
    assert not Interest.objects.exists() and not written()


def test_a_sixth_offer_from_one_address_within_an_hour_is_not_kept(offer, cho, dee, seat):
    answers = [offer(seat).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


def test_the_chair_appoints_whoever_offered_and_the_offer_is_answered(
    offer, as_member, written, cho, dee, steering, seat
):
    offer(seat)
    chair = as_member(cho)
    address = reverse("steering:appointing", args=[steering.ref])
    page = chair.get(f"{address}?interest={Interest.objects.get().pk}")
    usual = page.context["form"].initial
    assert (usual["email"], usual["seat"]) == ("Orla@example.org", str(seat.pk))

    usual |= {"role": "member", "stands_in_for": "", "since": str(usual["since"]), "term_ends": str(usual["term_ends"])}
    assert chair.post(address, usual).status_code == 302
    row = Appointment.objects.get(group=steering, member__email="orla@example.org")
    assert (row.holding.seat, row.appointed_by, row.member.name) == (seat, cho, "Orla")
    assert Interest.objects.get().answer == "appointed"
    assert ("Orla@example.org", "Steering Group: you are appointed") in written()


def test_an_address_nobody_knows_is_not_appointed(as_member, cho, steering):
    said = {"email": "cy@example.org", "role": "member", "since": "2026-01-05"}
    page = as_member(cho).post(reverse("steering:appointing", args=[steering.ref]), said)
    assert "Nobody on the mailing list has this address" in page.content.decode()


def test_two_chairs_are_refused_in_words(as_member, cho, sol, steering):
    said = {"email": "sol@example.org", "role": "chair", "since": str(timezone.localdate())}
    page = as_member(cho).post(reverse("steering:appointing", args=[steering.ref]), said)
    assert "Nothing was changed" in page.content.decode()
    assert Appointment.objects.filter(group=steering, role="chair").count() == 1


def test_the_manager_says_not_this_time_once(offer, as_member, written, cho, dee, seat):
    offer(seat)
    interest, desk = Interest.objects.get(), as_member(dee)
    desk.post(reverse("admin:steering_interest_talking", args=[interest.pk]))
    for words in ("We took somebody else.", "Another word."):
        desk.post(reverse("admin:steering_interest_answer", args=[interest.pk]), {"answer": "declined", "words": words})

    interest.refresh_from_db()
    assert (interest.answer, interest.answered_by) == ("declined", dee)
    assert written().count(("Orla@example.org", "LeedsCEP: your interest in a seat")) == 1


def test_another_partnerships_manager_and_an_administrator_see_no_offer(offer, as_member, cho, dee, eve, fay, seat):
    offer(seat)
    address = reverse("admin:steering_interest_change", args=[Interest.objects.get().pk])
    assert [as_member(who).get(address).status_code for who in (dee, eve, fay)] == [200, 404, 404]


def test_what_was_written_is_deleted_half_a_year_after_its_answer(offer, cho, dee, seat):
    offer(seat)
    Interest.objects.get().give("declined", by=dee)
    with time_machine.travel(timezone.now() + timedelta(days=170)):
        call_command("retain")
        assert Interest.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=190)):
        call_command("retain")
        assert not Interest.objects.exists()


def test_whoever_offered_finds_it_in_their_data_and_takes_it_along_when_forgotten(offer, cho, dee, seat):
    offer(seat)
    orla = factories.member("orla@example.org", "Orla")
    assert WORDS in str(everything.of(orla))

    forgetting.forget(orla)
    assert not Interest.objects.exists()


def test_a_listed_partnership_has_no_steering_page(client, listed):
    assert client.get("/partnerships/hackney/steering/").status_code == 404


def test_a_public_page_sets_no_cookie_and_asks_few_questions(
    client, dee, cho, sol, steering, django_assert_max_num_queries
):
    for number in range(20):
        person = factories.member(f"p{number}@example.org", f"Person {number}")
        terms.appoint(steering, person, "member", seat=None, by=cho, is_public=True)
    with django_assert_max_num_queries(25):
        page = client.get(PAGE)
    assert not page.cookies and "public" in page.headers["Cache-Control"]


def test_a_taken_seat_and_a_stand_in_for_oneself_are_refused_in_words(as_member, cho, sol, steering, seat):
    held = Appointment.objects.get(member=sol, group=steering)
    Holding.objects.create(appointment=held, seat=seat)
    Seat.objects.update(places=1)
    page = reverse("steering:appointing", args=[steering.ref])
    said = {"email": "cho@example.org", "role": "member", "seat": str(seat.pk), "since": f"{today()}"}
    assert "It is taken on that day" in as_member(cho).post(page, said).content.decode()

    itself = {"email": "sol@example.org", "role": "substitute", "stands_in_for": held.pk, "since": f"{today()}"}
    assert "Nobody stands in for themselves" in as_member(cho).post(page, itself).content.decode()
    assert Appointment.objects.filter(group=steering).count() == 2


def test_a_term_that_would_end_before_it_begins_is_refused_in_words(as_member, cho, sol, steering):
    held = Appointment.objects.get(member=sol, group=steering)
    Appointment.objects.filter(pk=held.pk).update(term_ends=today() + timedelta(days=90))
    page = reverse("steering:term", args=[steering.ref, held.pk])
    answer = as_member(cho).post(page, {"wish": "renew", "ends": f"{today() + timedelta(days=60)}"})
    assert "The next term begins on" in answer.content.decode()
    assert Appointment.objects.get(member=sol, group=steering).until_on is None
