"""Who answers for a partnership reads what was done in it, in words, without the desk."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lcep.site import today
from members.models import Administration
from newsletters.models import WorkingWeek
from partnerships.models import Stewardship
from steering.evidence import figures
from steering.models import EvidenceBook
from trust.models import Entry

PAGE = "/partnerships/leedscep/audit/"
MANAGER = "The site itself appointed a manager"


def record(verb, subject, by=None, **detail) -> Entry:
    with transaction.atomic():
        return Entry.record(verb, subject, by=by, **detail)


def lines(answer) -> list[str]:
    return [f"{entry.actor or 'The site itself'} {words}" for entry, words in answer.context["lines"]]


@pytest.mark.parametrize("name", ["cho", "ivy", "dee"])
def test_the_chair_the_executive_and_the_manager_read_it(request, as_member, leeds, dee, cho, ivy, name):
    record("changed", leeds, dee, fields=["Name"])
    answer = as_member(request.getfixturevalue(name)).get(PAGE)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert "Dee changed LeedsCEP: Name" in lines(answer)


@pytest.mark.parametrize("name", ["sol", "ada", "eve", "fay"])
def test_to_others_it_does_not_exist(request, as_member, leeds, dee, cho, name):
    assert as_member(request.getfixturevalue(name)).get(PAGE).status_code == 404


def test_when_a_manager_works_stands_with_the_roles_and_is_a_sentence(as_member, leeds, dee, cho):
    WorkingWeek.choose(Stewardship.objects.get(member=dee), "234", summary=True, by=dee)
    assert "Dee chose their working days" in lines(as_member(cho).get(PAGE, {"about": "roles"}))


def test_the_desk_leads_the_manager_to_it_and_whoever_keeps_the_site_to_all_entries(as_member, leeds, dee, fay):
    desks = [as_member(member).get("/admin/").content.decode() for member in (dee, fay)]
    assert [f'href="{PAGE}"' in desk for desk in desks] == [True, False]
    assert ['href="/admin/trust/entry/"' in desk for desk in desks] == [False, True]


def test_an_ended_chair_and_an_ended_manager_read_it_no_longer(as_member, leeds, dee, cho):
    signed_in = {name: as_member(name) for name in (dee, cho)}
    Stewardship.objects.get(member=dee).end()
    yesterday = today() - timedelta(days=1)
    cho.appointments.update(since=yesterday, until_on=yesterday, end_reason="Stepped down")
    assert [client.get(PAGE).status_code for client in signed_in.values()] == [404, 404]


def test_no_line_of_another_partnership_and_no_name_of_whom_it_was_about(as_member, leeds, elsewhere, dee, cho, ben):
    record("changed", elsewhere, dee)
    record("made two entries one", ben, dee)
    record("exported the proof of consent", ben.memberships.get(), dee)
    page = as_member(cho).get(PAGE)
    assert "Northvale" not in page.content.decode() and "Ben" not in page.content.decode()
    assert "Dee exported the proof of consent of somebody on the list" in lines(page)


def test_of_the_executive_only_those_read_who_sit_on_it(as_member, leeds, dee, fay, cho, ivy, executive):
    record("looked into the Executive", executive, fay, why="A fault in its papers")
    told = {each: [line for line in lines(as_member(each).get(PAGE)) if "looked" in line] for each in (cho, ivy, dee)}
    assert told == {cho: [], dee: [], ivy: ["Fay looked into the Executive (because A fault in its papers)"]}


def test_who_was_appointed_is_read_by_the_manager_but_not_of_the_executive(as_member, leeds, dee, cho, ivy):
    told = {each: lines(as_member(each).get(PAGE, {"about": "roles"})) for each in (dee, ivy)}
    assert told[dee] == ["The site itself appointed somebody in a role (as chair)", MANAGER]
    assert told[ivy] == ["The site itself appointed somebody in a role (as member)", *told[dee]]


def test_it_is_narrowed_by_what_by_whom_and_when(as_member, leeds, dee, cho, steering):
    record("changed", leeds, dee)
    record("exported the people on the list", leeds, dee, rows=214)
    record("changed", steering, cho)
    chair = as_member(cho)

    assert lines(chair.get(PAGE, {"about": "taken-out"})) == [
        "Dee exported the people on the list of LeedsCEP (214 rows)"
    ]
    assert {line.split()[0] for line in lines(chair.get(PAGE, {"who": cho.pk}))} == {"Cho"}
    assert lines(chair.get(PAGE, {"about": "pages"})) == ["Dee changed LeedsCEP"]
    assert lines(chair.get(PAGE, {"last_on": today() - timedelta(days=1)})) == []
    assert len(lines(chair.get(PAGE, {"first_on": today(), "last_on": today()}))) == Entry.objects.count()


@pytest.mark.parametrize(
    "query",
    ["about=nothing", "who=0", "who=999999999999999999999", "first_on=x", "first_on=2026-02-01&last_on=2026-01-01"],
)
def test_a_question_it_does_not_understand_is_told_so(as_member, leeds, dee, cho, query):
    answer = as_member(cho).get(f"{PAGE}?{query}&page=%00")
    assert answer.status_code == 400 and "Error: " in answer.content.decode()


def test_a_year_of_it_is_paged_and_costs_no_more(as_member, leeds, dee, cho):
    now = timezone.now()
    Entry.objects.bulk_create(
        Entry(at=now, partnership=leeds, actor=dee, verb="changed", subject="x.y", subject_id=str(n), title="It")
        for n in range(120)
    )
    chair = as_member(cho)
    with CaptureQueriesContext(connection) as asked:
        page = chair.get(PAGE, {"page": 2, "who": dee.pk})
    assert len(asked) <= 18 and len(lines(page)) == 50
    assert f"?who={dee.pk}&amp;page=3" in page.content.decode()


@pytest.mark.parametrize("address", ["handover.txt", "plan.csv", "evidence/{book}.csv"])
def test_what_is_taken_out_is_written_down(as_member, leeds, dee, cho, address):
    day = today()
    counted = figures(leeds, day, day)
    book = EvidenceBook.objects.create(partnership=leeds, title="A", first_on=day, last_on=day, figures=counted)
    before = Entry.objects.count()
    client = as_member(dee)
    client.head(f"/partnerships/leedscep/{address.format(book=book.pk)}")
    assert Entry.objects.count() == before
    assert client.get(f"/partnerships/leedscep/{address.format(book=book.pk)}").status_code == 200
    assert Entry.objects.count() == before + 1
    assert any(line.startswith("Dee exported") for line in lines(as_member(cho).get(PAGE, {"about": "taken-out"})))


def test_who_manages_and_is_an_administrator_too_reads_her_own(as_member, leeds, dee):
    Administration.appoint(dee)
    assert as_member(dee).get(PAGE).status_code == 200
