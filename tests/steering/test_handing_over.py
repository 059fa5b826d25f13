"""The handover page is read from the rows, every day; its reader is whoever manages, or holds a key."""

from datetime import timedelta

from lcep.site import today
from meetings.models import FollowUp
from partnerships.models import Enquiry
from pods.models import Appointment
from steering.models import Action, HandoverNote, Interest
from tests.steering.conftest import at

PAGE = "/partnerships/leedscep/handover/"
FILE = "/partnerships/leedscep/handover.txt"


def test_it_says_what_is_promised_due_and_held(as_member, leeds, dee, cho, sol, meeting, objective):
    Enquiry.objects.create(partnership=leeds, reader="manager", email="x@example.org", text="When?")
    Interest.objects.create(group=meeting.group, name="Orla", email="orla@example.org", statement="I would.")
    Appointment.objects.filter(member=sol).update(term_ends=today() + timedelta(days=40))
    FollowUp.objects.create(group=meeting.group, text="Write to the council", owner=sol, due_on=today())
    Action.begin(objective, "Ask ten schools", by=dee, owner=sol, due_on=today() + timedelta(days=20))
    page = as_member(dee).get(PAGE).content.decode()

    for said in (
        "answered within 5 working days. 1 waits now.",
        "answered within three weeks. 1 waits now.",
        f"{meeting}: {meeting.when}.",
        "Write to the council (Sol Bramble, Steering Group).",
        "The term of Sol Bramble ends",
        "Manager: Dee, since",
        "Hold a key (the Chair, the Executive): Cho Oakapple.",
        "Steering Group: Cho Oakapple, independent chair since",
        "The plan: Ask ten schools (Sol Bramble).",
        "hello@leedscep.example.org",
    ):
        assert said in page, said


def test_nothing_of_the_executive_is_on_it_but_who_holds_a_key(as_member, leeds, dee, executive, ivy, max_):
    from meetings.models import Meeting

    Meeting.schedule(executive, starts_at=at(10), by=ivy, seen=0)
    FollowUp.objects.create(group=executive, text="Talk about pay", owner=ivy, due_on=today())
    Appointment.objects.filter(member=ivy).update(term_ends=today() + timedelta(days=40))
    page = as_member(dee).get(PAGE).content.decode()
    assert "Executive Group meeting" not in page and "pay" not in page and "The term of Ivy" not in page
    assert "Ivy Thatch" in page


def test_the_file_says_the_same_without_markup(as_member, leeds, dee, cho):
    HandoverNote.write(leeds, "The lift needs a key.", by=dee)
    answer = as_member(dee).get(FILE)
    text = answer.content.decode()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="handover-leedscep-{today()}.txt"'
    assert "WHAT IS PROMISED" in text and "FOR WHOEVER COMES NEXT\nThe lift needs a key." in text
    assert "<" not in text


def test_whoever_holds_a_key_reads_it_without_doors_to_the_desk(as_member, leeds, dee, cho, ivy):
    for who in (cho, ivy):
        page = as_member(who).get(PAGE)
        assert page.status_code == 200 and "/admin/" not in page.content.decode()


def test_for_others_it_is_not_there(as_member, client, leeds, dee, ben, sol, eve, fay):
    for address in (PAGE, FILE):
        assert [as_member(who).get(address).status_code for who in (ben, sol, eve, fay)] == [404] * 4
        assert client.get(address).status_code == 302


def test_notes_are_kept_as_they_were_saved(as_member, leeds, dee, eve):
    desk = as_member(dee)
    for text in ("The lift needs a key.", "The lift needs a key.", "The lift needs no key."):
        desk.post(PAGE, {"text": text})
    assert [row.text for row in HandoverNote.objects.all()] == ["The lift needs no key.", "The lift needs a key."]
    assert as_member(eve).post(PAGE, {"text": "x"}).status_code == 404


def test_what_is_told_funders_stands_where_those_look_who_need_it(as_member, leeds, dee, cho, ivy, sol, steering):
    here, desk = "/partnerships/leedscep/", f"/lead/{steering.ref}/"
    evidence, voices, executive = (f"{here}{room}/" for room in ("evidence", "youth-voice/entry", "executive"))
    places = [(dee, "/admin/"), (dee, PAGE), (cho, PAGE), (ivy, PAGE), (sol, "/me/"), (cho, desk)]
    pages = [as_member(who).get(page).content.decode() for who, page in places]
    assert [evidence in page for page in pages] == [True] * len(places)
    assert executive in pages[0] and voices in pages[1] and voices in pages[4]
    assert [as_member(ivy).get(door).status_code for door in (evidence, voices)] == [200, 200]
