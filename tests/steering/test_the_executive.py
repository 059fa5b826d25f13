"""The Executive’s pages are closed: the manager reads what is shared, an administrator’s look is written down."""

import pytest
from django.urls import reverse

from meetings.models import AgendaItem, FollowUp, Meeting, MinutesRevision, Paper, PodReport
from steering.models import Sharing
from tests.routes import named
from tests.steering.conftest import at
from trust.models import Entry

PAGE = "/partnerships/leedscep/executive/"
SECRET = "The manager’s workload"


@pytest.fixture
def own(executive, ivy, max_) -> Meeting:
    """A meeting of the Executive with a paper and minutes."""
    meeting = Meeting.schedule(executive, starts_at=at(10), by=ivy, seen=0, place="Upstairs")
    Paper.put(SECRET, by=ivy, group=executive, meeting=meeting, url="https://example.org/paper")
    MinutesRevision.objects.create(meeting=meeting, number=1, text="Two quiet weeks.", by=ivy)
    return meeting


def test_its_members_read_it(as_member, dee, own, ivy):
    page = as_member(ivy).get(PAGE).content.decode()
    assert SECRET in page and "Two quiet weeks." in page


def test_the_manager_reads_only_what_is_shared_and_only_while_it_is(as_member, dee, own, ivy):
    desk, member = as_member(dee), as_member(ivy)
    assert SECRET not in desk.get(PAGE).content.decode()

    member.post(PAGE, {"meeting": own.ref, "wish": "share"})
    member.post(PAGE, {"meeting": own.ref, "wish": "share"})
    assert SECRET in desk.get(PAGE).content.decode()
    assert Sharing.objects.count() == 1

    member.post(PAGE, {"meeting": own.ref, "wish": "close"})
    assert SECRET not in desk.get(PAGE).content.decode()
    assert Entry.objects.filter(verb="shared with the manager", partnership=None, actor=ivy).count() == 1


def test_shared_it_is_still_no_door_to_the_meeting_itself(as_member, dee, own, ivy):
    Sharing.begin(own, by=ivy)
    desk = as_member(dee)
    assert desk.get(own.get_absolute_url()).status_code == 404
    assert SECRET not in desk.get("/admin/").content.decode()


@pytest.mark.parametrize("wish", ["share", "close"])
def test_the_manager_shares_nothing_with_herself(as_member, dee, own, wish):
    as_member(dee).post(PAGE, {"meeting": own.ref, "wish": wish})
    assert not Sharing.objects.exists()


def test_an_administrator_sees_nothing_before_the_look_is_written_down(as_member, own, fay, ivy):
    admin = as_member(fay)
    assert SECRET not in admin.get(PAGE).content.decode()
    assert SECRET not in admin.post(PAGE, {"why": "because"}).content.decode()
    assert not Entry.objects.filter(actor=fay).exists()

    assert SECRET in admin.post(PAGE, {"why": "broken"}).content.decode()
    admin.post(PAGE, {"why": "asked"})
    looks = Entry.objects.filter(verb="looked into the Executive", actor=fay)
    assert [row.detail["why"] for row in looks] == ["asked", "broken"]
    assert "Fay, because something did not work" in as_member(ivy).get(PAGE).content.decode()


def test_the_manager_does_not_read_in_the_audit_that_somebody_looked(as_member, dee, own, fay):
    as_member(fay).post(PAGE, {"why": "asked"})
    assert "looked into" not in as_member(dee).get("/admin/trust/entry/").content.decode()


def test_one_paper_shared_by_itself_is_all_the_manager_reads(as_member, dee, own, executive, ivy):
    Paper.put("Salaries", by=ivy, group=executive, url="https://example.org/pay").share(by=ivy)
    page = as_member(dee).get(PAGE).content.decode()
    assert "Salaries" in page and SECRET not in page and "quiet weeks" not in page


def test_a_look_at_a_paper_stands_beside_the_looks_at_the_page(as_member, own, fay, ivy):
    as_member(fay).get(reverse("meetings:paper_file", args=[own.papers.get().ref]))
    assert "Fay, at a paper" in as_member(ivy).get(PAGE).content.decode()


def test_for_everybody_else_there_is_no_such_page(as_member, client, own, ada, ben, cho, eve):
    assert [as_member(who).get(PAGE).status_code for who in (ada, ben, cho, eve)] == [404] * 4
    assert client.get(PAGE).status_code == 302


def test_an_administrator_who_manages_the_partnership_stays_behind_the_managers_wall(as_member, dee, own, fay, leeds):
    from partnerships.models import Stewardship

    Stewardship.appoint(fay, leeds)
    assert SECRET not in as_member(fay).post(PAGE, {"why": "asked"}).content.decode()


def test_its_table_is_not_the_managers_to_open(as_member, dee, own, executive):
    for name in ("table", "appointing", "rules", "balance"):
        assert as_member(dee).get(reverse(f"steering:{name}", args=[executive.ref])).status_code == 404


def test_no_address_of_the_site_opens_it_to_the_manager(as_member, dee, own, executive, ivy, max_):
    """Every route that names a group, a meeting or a paper, and every search, history and choice of the desk."""
    FollowUp.objects.create(group=executive, meeting=own, text=SECRET, owner=ivy)
    AgendaItem.objects.create(meeting=own, position=1, title=SECRET)
    PodReport.objects.create(group=executive, text=SECRET, sent_at=own.starts_at)
    refs, ids = (executive.ref, own.ref, own.papers.get().ref), (executive.pk, own.pk, ivy.appointments.get().pk)
    desk, doors = as_member(dee), []
    for route in named():
        is_desk = route.name.startswith(("admin:pods_", "admin:meetings_", "admin:steering_"))
        if route.needs == ("ref",):
            doors += [reverse(route.name, args=[ref]) for ref in refs]
        elif is_desk and route.name.endswith(("_history", "_change")):
            doors += [reverse(route.name, args=[pk]) for pk in ids]
        elif not route.needs and route.name.startswith("admin:") and route.name.endswith(("_changelist", "_export")):
            doors += [f"{reverse(route.name)}?q=manager"]
    assert len(doors) > 100 and [door for door in doors if told(desk, door)] == []
    fields = {"app_label": "steering", "model_name": "seat", "field_name": "group", "term": "Executive"}
    assert not desk.get("/admin/autocomplete/", fields).json()["results"]


def told(client, address: str) -> bool:
    """Whether the answer lets anything of the Executive through."""
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return any(word.encode() in body for word in (SECRET, "quiet weeks", "Upstairs", "Ivy Thatch"))
