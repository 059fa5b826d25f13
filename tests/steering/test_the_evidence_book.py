"""A book of evidence: counted once, the same for ever, with small numbers left out; shared by an address."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from meetings.models import Attendance, Meeting
from partnerships.models import Organisation, Place
from steering.evidence import figures
from steering.models import Action, Decision, EvidenceBook, FunderLine, State, YouthVoice
from tests import factories
from tests.meetings.conftest import at
from trust.models import Entry

YEAR = timedelta(days=365)


def made(leeds, **more) -> EvidenceBook:
    said = {"title": "A year", "first_on": today() - YEAR, "last_on": today()} | more
    return EvidenceBook.objects.create(
        partnership=leeds, figures=figures(leeds, said["first_on"], said["last_on"]), **said
    )


def number(said, label):
    return next(row["value"] for row in said["numbers"] if row["label"] == label)


def table(said, title):
    found = next(table for table in said["tables"] if table["title"] == title)
    return {row["label"]: row["value"] for row in found["rows"]} | {"All": found["total"]}


@pytest.fixture
def people(leeds):
    """Eleven on the list: seven of schools, three of libraries, one of whom nothing is known."""
    everybody = factories.on_the_list(leeds, 11)
    for number, member in enumerate(everybody):
        member.sector = "school" if number < 7 else "library" if number < 10 else ""
        member.save(update_fields=["sector"])
    return everybody


def test_the_figures_are_those_of_the_rows(leeds, people, pod, objective, ada):
    wards = [Place.objects.create(slug=f"w{n}", name=f"Ward {n}", kind="ward", region=leeds.region,
                                  inside=leeds.places.get()) for n in range(3)]  # fmt: skip
    for member in people[:6]:
        member.areas.add(wards[0])
    Organisation.objects.create(name="A school", partnership=leeds, sector="school").areas.add(wards[1])
    then = at(-30)
    held = Meeting.objects.create(
        group=pod, status="held", starts_at=then, ends_at=then + timedelta(hours=1), held_at=then, others=2,
        **Meeting.named(leeds),
    )  # fmt: skip
    for member in people[:6]:
        Attendance.objects.create(meeting=held, member=member, how="in person", sector="school")
    Attendance.objects.create(meeting=held, member=people[7], how="apologies", sector="library")
    Action.begin(objective, "Ask ten schools", by=ada).tell(State.DONE, "Ten said yes.", by=ada)
    Decision.objects.create(
        partnership=leeds, meeting=held, question="?", outcome="agreed", words="Yes.", decided_on=today()
    )
    YouthVoice.objects.create(partnership=leeds, heard_on=today(), organisation="A club", ages="12-14", headcount=11,
                              said="A lift.", answer_by=today(), answer="We paid.", answered_on=today())  # fmt: skip

    said = figures(leeds, today() - YEAR, today())

    assert number(said, "Members on the last day") == leeds.memberships.current().count() == 13  # Ada and Dee too
    assert number(said, "Meetings held") == 1 and number(said, "Times a member came to a meeting") == 6
    assert number(said, "Times somebody else came") is None
    assert number(said, "Actions of the plan done") == 1 and number(said, "Decisions of Steering") == 1
    assert number(said, "Young people heard, in groups of 5 or more") == 11
    assert table(said, "Members by sector") == {"School": 7, "Library": None, "Not given": None, "All": 13}
    assert table(said, "Attendance by sector") == {"School": 6, "All": 6}
    assert said["empty_areas"] == ["Ward 2"]


def test_what_lies_outside_the_period_is_not_counted(leeds, people, objective, ada):
    action = Action.begin(objective, "Ask ten schools", by=ada)
    action.tell(State.DONE, "Yes.", by=ada)
    before = figures(leeds, today() - 3 * YEAR, today() - 2 * YEAR)
    assert number(before, "Actions of the plan done") == 0 and number(before, "Members on the last day") == 0
    leeds.memberships.update(joined_at=timezone.now() - timedelta(days=9))
    leeds.memberships.filter(member=people[0]).update(left_at=timezone.now() - timedelta(days=3))
    assert number(figures(leeds, today() - YEAR, today()), "Members on the last day") == 12
    assert number(figures(leeds, today() - YEAR, today() - timedelta(days=4)), "Members on the last day") == 13
    assert number(figures(leeds, today() - YEAR, today() - timedelta(days=10)), "Members on the last day") == 0


def test_made_once_it_stays_as_it_was(as_member, cho, leeds, people, objective):
    client = as_member(cho)
    said = {"title": "A year", "first_on": f"{today() - YEAR:%-d %B %Y}", "last_on": f"{today():%-d %B %Y}"}
    answer = client.post(reverse("steering:evidence", args=[leeds.slug]), said)
    before = client.get(answer.url).content
    leeds.memberships.filter(member=people[0]).update(left_at=timezone.now())
    Action.begin(objective, "More", by=cho, state=State.DONE)
    FunderLine.objects.create(partnership=leeds, happened_on=today(), text="Later.")
    assert client.get(answer.url).content == before or "csrf" in before.decode()
    book = EvidenceBook.objects.get()
    for change in (
        lambda: EvidenceBook.objects.update(figures={}),
        lambda: EvidenceBook.objects.update(last_on=today() - timedelta(days=1)),
        lambda: book.delete(),
    ):
        with pytest.raises(DatabaseError, match="stays as it was made"), transaction.atomic():
            change()
    assert number(EvidenceBook.objects.get().figures, "Members on the last day") == 13


def test_shared_by_an_address_until_its_sharing_is_ended(client, as_member, cho, leeds, people):
    book = made(leeds)
    manage = reverse("steering:evidence_sharing", args=[leeds.slug, book.pk])
    as_member(cho).post(manage, {"wish": "share"})
    book.refresh_from_db()
    address = book.shared_url
    page = client.get(address)
    assert page.status_code == 200 and "A year" in page.content.decode() and "noindex" in page.content.decode()
    assert "text/csv" in client.get(f"{address}?as=csv")["Content-Type"]

    as_member(cho).post(manage, {"wish": "end"})
    assert client.get(address).status_code == 410
    as_member(cho).post(manage, {"wish": "share"})
    book.refresh_from_db()
    assert book.shared_url != address and client.get(address).status_code == 410
    assert [entry.verb for entry in Entry.objects.filter(subject="steering.evidencebook").order_by("pk")] == [
        "shared", "ended the sharing of", "shared",
    ]  # fmt: skip


def test_another_partnership_finds_no_book_here(as_member, eve, ben, leeds):
    book = made(leeds)
    for member in (eve, ben):
        assert as_member(member).get(book.get_absolute_url()).status_code == 404


def test_what_is_marked_for_funders_stands_in_the_next_book(as_member, cho, leeds, objective, ada):
    Action.begin(objective, "Ask ten schools", by=ada).tell(State.DONE, "Ten said yes.", by=ada)
    action = Action.objects.get()
    address = f"{reverse('steering:funder_line', args=[leeds.slug])}?of=action-{action.pk}"
    page = as_member(cho).get(address).content.decode()
    assert "Ten said yes." in page
    said = {"text": "Ten schools said yes.", "happened_on": f"{today():%-d %B %Y}", "priority": ""}
    for _ in range(2):
        as_member(cho).post(address, said)
    assert FunderLine.objects.get().action == action
    assert [line["text"] for line in made(leeds).figures["lines"]] == ["Ten schools said yes."]
