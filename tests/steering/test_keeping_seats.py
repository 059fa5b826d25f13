"""The Chair and the manager keep the seats of Steering; the Executive's are its own."""

import pytest
from django.urls import reverse

from lcep.site import today
from pods.models import Appointment
from steering import terms
from steering.models import Seat
from trust.models import Entry

SCHOOLS = {"label": "Primary  schools", "sector": "school", "places": "2"}


@pytest.fixture
def of(steering):
    def address(group=steering, *seat) -> str:
        return reverse(f"steering:{'seat' if seat else 'seats'}", args=[group.ref, *(each.pk for each in seat)])

    return address


@pytest.fixture
def schools(steering, sol, cho):
    """Two places for schools; Sol sits on one."""
    seat = Seat.objects.create(group=steering, label="Schools", sector="school", places=2)
    Appointment.objects.filter(member=sol).delete()
    terms.appoint(steering, sol, "member", seat=seat, by=cho)
    return seat


def test_the_chair_adds_a_seat_and_everybody_sees_that_it_is_free(as_member, client, of, cho, dee):
    assert "There is a seat for Primary schools now" in as_member(cho).post(of(), SCHOOLS, follow=True).content.decode()
    assert (
        "<strong>Primary schools</strong>, 2 places" in client.get("/partnerships/leedscep/steering/").content.decode()
    )
    assert Entry.objects.filter(verb="added", subject="steering.seat", actor=cho).count() == 1


def test_two_seats_of_one_name_are_refused_in_words(as_member, of, cho):
    for words in ("now", "There is a seat of this name"):
        assert words in as_member(cho).post(of(), SCHOOLS, follow=True).content.decode()
    assert Seat.objects.count() == 1


def test_a_seat_has_no_fewer_places_than_people_who_sit_there(as_member, of, cho, schools, sub, steering):
    terms.appoint(steering, sub, "member", seat=schools, by=cho)
    said = {"label": "Schools", "sector": "school", "places": "1"}
    page = as_member(cho).post(of(steering, schools), said).content.decode()
    assert "2 people sit there today" in page and Seat.objects.get().places == 2

    as_member(cho).post(of(steering, schools), said | {"places": "3"})
    assert Seat.objects.get().places == 3


def test_taken_away_it_stands_until_the_evening_and_keeps_who_sat_there(as_member, of, cho, sol, schools, steering):
    for _ in range(2):
        as_member(cho).post(of(steering, schools), {"wish": "end"})
    schools.refresh_from_db()
    assert schools.until_on == today() and schools.holdings.get().appointment.member == sol
    assert Entry.objects.filter(verb="took a seat away").count() == 1


def test_the_executives_chair_keeps_its_seats_and_the_manager_hears_nothing_of_them(
    as_member, of, cho, dee, executive, schools
):
    Appointment.appoint(cho, executive, Appointment.Role.CHAIR)
    as_member(cho).post(of(executive), {"label": "Treasurer", "sector": "", "places": "1"})
    seat = Seat.objects.get(label="Treasurer")

    manager = as_member(dee)
    assert manager.get(of(executive)).status_code == manager.post(of(executive), SCHOOLS).status_code == 404
    assert manager.get(reverse("admin:steering_seat_change", args=[seat.pk])).status_code == 404
    for screen in ("admin:steering_seat_changelist", "admin:trust_entry_changelist"):
        assert "Treasurer" not in manager.get(reverse(screen)).content.decode()


def test_a_seat_of_another_table_is_not_there(as_member, of, cho, executive, schools):
    Appointment.appoint(cho, executive, Appointment.Role.CHAIR)
    assert as_member(cho).post(of(executive, schools), {"wish": "end"}).status_code == 404
