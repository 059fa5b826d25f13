"""The shelf of a group: what comes in, who reads it, what is behind a link, and who looked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from meetings.models import Meeting, Paper, PaperVersion
from pods.models import Appointment
from tests import factories
from tests.meetings.conftest import at
from tests.partnerships.files import PDF, docx
from trust.models import Entry
from trust.tokens import REPLY


def file(content: bytes = PDF, name: str = "Notes.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def put(browser, group, **said):
    return browser.post(reverse("meetings:shelf", args=[group.ref]), {"title": "Notes"} | said, follow=True)


def read(browser, paper, number: int | None = None) -> int:
    name, args = ("paper_version", [paper.ref, number]) if number else ("paper_file", [paper.ref])
    return browser.get(reverse(f"meetings:{name}", args=args)).status_code


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def board(leeds, ben):
    """The Executive, chaired by Ben."""
    board = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board", name="Board")
    Appointment.appoint(ben, board, "chair")
    return board


@pytest.fixture
def notes(as_member, pod, ada):
    put(as_member(ada), pod, file=file())
    return Paper.objects.get()


def test_a_file_comes_in_and_everybody_in_the_group_reads_it(as_member, notes, pod, ada, ben, dee, cy, eve, client):
    page = as_member(ben).get(reverse("pods:inside", args=[pod.partnership.slug, pod.slug])).content.decode()
    assert "Notes" in page and "PDF" in page and notes.get_absolute_url() in page
    answer = as_member(ben).get(notes.get_absolute_url())
    assert body(answer) == PDF and "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"] and "sandbox" in answer["Content-Security-Policy"]
    assert read(as_member(dee), notes) == 200
    assert [read(as_member(who), notes) for who in (cy, eve)] == [404, 404]
    assert client.get(notes.get_absolute_url()).status_code == 302


def test_whoever_left_reads_it_no_longer(as_member, notes, pod, ben):
    pod.leave(ben)
    assert read(as_member(ben), notes) == 404


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"file": ("page.pdf", b"<html><script>alert(1)</script>")}, "Web pages and drawings"),
        ({"file": ("photo.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 100)}, "We do not know this kind of file"),
        ({"file": ("old.pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600)}, "older kind"),
        ({"file": ("half.pdf", b"%PDF-1.7 half of it")}, "This PDF is cut off"),
        ({"file": ("macro.docx", docx(word__vbaProject_bin=b"x", **{"word/vbaProject.bin": b"x"}))}, "macros"),
        ({"file": ("empty.pdf", b"")}, "This file is empty"),
        ({"file": ("huge.pdf", PDF + b" " * 11_000_000)}, "larger than 10 MB"),
        ({"url": "javascript:alert(1)"}, "This is no link"),
        ({"url": "not a link"}, "This is no link"),
        ({}, "Choose a file, or give a link"),
        ({"file": ("a.pdf", PDF), "url": "https://example.org"}, "Choose a file, or give a link"),
    ],
)
def test_what_does_not_come_in_and_why(as_member, pod, ada, said, told):
    given = {name: file(value[1], value[0]) if name == "file" else value for name, value in said.items()}
    page = put(as_member(ada), pod, **given)
    assert page.status_code == 422 and told in page.content.decode()
    assert not Paper.objects.exists()


def test_a_title_of_ten_thousand_letters_is_refused_in_words(as_member, pod, ada):
    page = put(as_member(ada), pod, title="x" * 10_000, url="https://example.org")
    assert page.status_code == 422 and not Paper.objects.exists()


def test_a_new_version_takes_the_place_of_the_old_and_the_old_stays(as_member, notes, ada, ben):
    about = reverse("meetings:paper", args=[notes.ref])
    browser = as_member(ada)
    for _ in range(2):  # sent twice, it is one version
        browser.post(about, {"version": "1", "file": file(PDF + b"\n"), "note": "Page two"})
    assert [version.number for version in notes.versions.all()] == [2, 1]
    assert body(as_member(ben).get(notes.get_absolute_url())) == PDF + b"\n"
    assert body(as_member(ben).get(reverse("meetings:paper_version", args=[notes.ref, 1]))) == PDF
    assert read(as_member(ben), notes, 3) == 404
    assert "Page two" in browser.get(about).content.decode()
    wrong = browser.post(about, {"version": "1", "file": file(b"<svg/>")})
    assert wrong.status_code == 422 and notes.versions.count() == 2


def test_the_same_paper_sent_twice_is_one(as_member, pod, ada):
    for _ in range(2):
        put(as_member(ada), pod, file=file())
    put(as_member(ada), pod, file=file(PDF + b" "))
    assert Paper.objects.count() == 1 and PaperVersion.objects.count() == 2


def test_taken_off_it_stands_nowhere_and_stays_on_record(as_member, notes, meeting, pod, ada, ben):
    about = reverse("meetings:paper", args=[notes.ref])
    as_member(ada).post(about, {"wish": "off"})
    inside = reverse("pods:inside", args=[pod.partnership.slug, pod.slug])
    assert "Notes" not in as_member(ben).get(inside).content.decode()
    notes.refresh_from_db()
    assert notes.taken_off_at and Entry.objects.filter(verb="took off a shelf", actor=ada).count() == 1


def test_a_paper_of_a_meeting_stands_on_its_page_and_behind_its_link(as_member, client, meeting, pod, ada, ben, cy):
    put(as_member(ada), pod, file=file(), meeting=meeting.ref)
    paper = Paper.objects.get()
    assert paper.meeting == meeting
    assert "Notes" in as_member(ben).get(meeting.get_absolute_url()).content.decode()
    token = REPLY.sign(meeting.pk, ben.pk)
    address = reverse("meetings:paper_by_link", args=[token, paper.ref])
    assert address in client.get(reverse("meetings:reply", args=[token])).content.decode()
    assert body(client.get(address)) == PDF


def test_a_link_opens_the_papers_of_its_own_meeting_alone(client, as_member, meeting, notes, pod, ada, ben):
    """Neither the group's other papers, nor another meeting's, nor anything once one is off its list."""
    other = Meeting.schedule(pod, starts_at=at(50), by=ada, seen=meeting.pk)
    theirs = Paper.put("Theirs", by=ada, meeting=other, url="https://example.org/theirs")
    own = Paper.put("Own", by=ada, meeting=meeting, url="https://example.org/own")
    token = REPLY.sign(meeting.pk, ben.pk)
    found = {
        paper.title: client.get(reverse("meetings:paper_by_link", args=[token, paper.ref])).status_code
        for paper in (own, theirs, notes)
    }
    assert found == {"Own": 302, "Theirs": 404, "Notes": 404}
    own.take_off(by=ada)
    assert client.get(reverse("meetings:paper_by_link", args=[token, own.ref])).status_code == 404
    meeting.invitations.get(member=ben).withdraw(by=ada)
    assert client.get(reverse("meetings:paper_by_link", args=[token, own.ref])).status_code == 410


def test_papers_of_an_executive_are_for_its_members_alone(as_member, client, board, ben, ada, dee, cy):
    meeting = Meeting.schedule(board, starts_at=at(20), by=ben, seen=0)
    put(as_member(ben), board, title="Pay", file=file(), meeting=meeting.ref)
    paper = Paper.objects.get()
    assert [read(as_member(who), paper) for who in (ben, ada, dee, cy)] == [200, 404, 404, 404]
    for meetings_own in (paper, Paper.objects.create(title="Loose", meeting=meeting, url="https://example.org")):
        address = reverse("meetings:paper_by_link", args=[REPLY.sign(meeting.pk, ben.pk), meetings_own.ref])
        assert client.get(address).status_code == 404
    assert as_member(dee).get(reverse("meetings:shelf", args=[board.ref])).status_code == 404
    assert as_member(dee).get(reverse("meetings:paper", args=[paper.ref])).status_code == 404


def test_shared_by_the_executive_the_manager_reads_it_until_it_is_taken_back(as_member, board, ben, dee, eve):
    put(as_member(ben), board, title="Hours", file=file())
    paper, about = Paper.objects.get(), reverse("meetings:paper", args=[Paper.objects.get().ref])
    as_member(ben).post(about, {"wish": "share"})
    assert "Hours" in as_member(dee).get("/me/").content.decode()
    assert [read(as_member(who), paper) for who in (dee, eve)] == [200, 404]
    assert as_member(dee).post(about, {"wish": "off"}).status_code == 403
    assert "Looked at from outside the group: Dee" in as_member(ben).get(about).content.decode()
    as_member(ben).post(about, {"wish": "take-back"})
    assert read(as_member(dee), paper) == 404 and "Hours" not in as_member(dee).get("/me/").content.decode()


def test_every_look_of_an_administrator_is_an_entry_that_names_no_paper(as_member, board, notes, ben, fay, dee):
    put(as_member(ben), board, title="Pay", file=file())
    pay = Paper.objects.get(title="Pay")
    for paper in (pay, notes):
        assert read(as_member(fay), paper) == 200
    entries = Entry.objects.filter(actor=fay, verb="looked at a paper of")
    assert sorted(entries.values_list("title", flat=True)) == ["Board", "Youth Voice"]
    assert list(entries.for_steward(dee).values_list("title", flat=True)) == ["Youth Voice"]
    assert "Fay" in as_member(ben).get(reverse("meetings:paper", args=[pay.ref])).content.decode()
    assert as_member(fay).get(reverse("meetings:paper", args=[pay.ref])).status_code == 404


def test_reading_ones_own_papers_is_written_down_nowhere(as_member, board, notes, ben, ada):
    put(as_member(ben), board, title="Pay", file=file())
    read(as_member(ben), Paper.objects.get(title="Pay"))
    read(as_member(ada), notes)
    assert not Entry.objects.filter(verb="looked at a paper of").exists()


def test_only_whoever_leads_puts_papers_on_the_shelf(as_member, pod, ben, cy, eve):
    for who in (ben, cy, eve):
        assert put(as_member(who), pod, url="https://example.org").status_code == 403
    assert not Paper.objects.exists()


def test_one_whose_appointment_ended_changes_nothing_any_more(as_member, notes, pod, ada):
    pod.leave(ada)
    assert put(as_member(ada), pod, url="https://example.org").status_code == 403
    assert as_member(ada).post(reverse("meetings:paper", args=[notes.ref]), {"wish": "off"}).status_code == 404


def test_the_mail_names_papers_and_leads_to_files_through_ones_own_page(meeting, pod, ada, ben, mails):
    Paper.put("Written", by=ada, meeting=meeting, url="https://example.org/written")
    from partnerships.uploads import examined

    Paper.put("Kept", by=ada, meeting=meeting, upload=examined("Kept.pdf", file()))
    mail = next(mail for (to, _), mail in mails().items() if to == "ben@example.org")
    words = mail.get_body(("plain",)).get_content()
    assert "Written: https://example.org/written" in words
    assert f"Kept: http://testserver/r/{REPLY.sign(meeting.pk, ben.pk)}/" in words or "Kept: http" in words
    assert "/papers/" not in words


def test_an_events_manager_puts_papers_to_it(as_member, leeds, dee):
    event = Meeting.plan_event(leeds, starts_at=at(28), minutes=90, by=dee, title="Gathering", words="Come.")
    browser = as_member(dee)
    assert browser.get(reverse("meetings:agenda", args=[event.ref])).status_code == 200
    page = browser.post(
        reverse("meetings:papers", args=[event.ref]), {"title": "Programme", "file": file()}, follow=True
    )
    assert "Programme" in page.content.decode()
    assert "Programme" in browser.get(event.get_absolute_url()).content.decode()


def test_a_follow_up_is_ticked_by_whoever_said_they_would_do_it(as_member, pod, ada, ben):
    from meetings.models import FollowUp

    mine = FollowUp.objects.create(group=pod, text="Book the hall", owner=ben)
    FollowUp.objects.create(group=pod, text="Ask the bakery", owner=ada)
    inside = reverse("pods:inside", args=[pod.partnership.slug, pod.slug])
    browser, address = as_member(ben), reverse("meetings:follow_up", args=[mine.pk])
    page = browser.get(inside).content.decode()
    assert page.index("Book the hall") < page.index("Ask the bakery") and page.count('value="done"') == 1
    assert as_member(ada).post(address, {"wish": "done"}).status_code == 404
    answer = browser.post(address, {"wish": "done", "next": inside})
    assert answer["Location"] == inside
    mine.refresh_from_db()
    assert mine.done_on
    browser.post(address, {"wish": "again", "next": "https://elsewhere.example.org/"})
    mine.refresh_from_db()
    assert mine.is_open
