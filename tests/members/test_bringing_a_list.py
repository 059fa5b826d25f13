"""Lists as Mailchimp, Google, Outlook and Excel write them: read rightly, refused in words, all or nothing, undone."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery
from members.importing import carrying_out
from members.importing.reading import Unreadable, sheets
from members.models import Consent, Import, JoinRequest, Member, Membership, Suppression
from members.tidying import tidy_up
from tests import factories
from trust.addresses import key_of
from trust.models import Entry
from trust.tokens import CONFIRM

MAILCHIMP = (
    '"Email Address","First Name","Last Name","School","MEMBER_RATING","OPTIN_TIME","OPTIN_IP",'
    '"CONFIRM_TIME","CONFIRM_IP","LATITUDE","LAST_CHANGED","LEID","EUID","NOTES","TAGS"\r\n'
    'Amira@Example.ORG,Amira,Khan,"Example School, Leeds",2,"2019-03-12 09:15:22",192.0.2.1,"2019-03-12 09:16:00",'
    '192.0.2.1,,"2020-01-01 00:00:00",1,abc,,"""Pod"""\r\n'
    "bo@example.org,Bo,,,2,,,,,,,2,abd,,\r\n"
)
UNSUBSCRIBED = (
    '"Email Address","First Name","UNSUB_TIME","UNSUB_REASON"\r\nleft@example.org,Lee,"2021-05-05 10:00:00",\r\n'
)
CLEANED = '"Email Address","First Name","CLEAN_TIME"\r\ndead@example.org,Di,"2021-05-05 10:00:00"\r\n'
GOOGLE = (
    "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name\n"
    "Zoë Brontë,Zoë,Brontë,* myContacts,* Work,zoe@example.org,Example Museum\n"
)
OUTLOOK = (
    '"First Name","Last Name","Company","E-mail Address","Notes"\r\n'
    '"Siân","Llŷr","Example Council","sian@example.org","two\r\nlines"\r\n'
)
EXCEL = (
    "Name;Email;Organisation;Sector\r\nRenée Müller;renee@example.org;Example Gallery;Museum, gallery or heritage\r\n"
)
TABS = "Name\tE-mail\r\nTom\ttom@example.org\r\n"


def packed(**files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}_email_audience_export_1a2b.csv", text)
    return out.getvalue()


AUDIENCE = packed(subscribed=MAILCHIMP, unsubscribed=UNSUBSCRIBED, cleaned=CLEANED)


@pytest.fixture
def bring(leeds, dee, as_member):
    """Bring a list through the desk's own screens and return it with the client."""
    client = as_member(dee)

    def through_the_desk(content, name="people.csv", answer=None, **columns):
        content = content if isinstance(content, bytes) else content.encode()
        file = SimpleUploadedFile(name, content)
        answered = client.post(reverse("admin:members_import_add"), {"partnership": leeds.pk, "file": file})
        if answered.status_code != 302:
            return client, answered
        importing = Import.objects.latest("pk")
        if answer:
            page = client.get(answered.url)
            form = page.context["form"]
            said = {field.html_name: field.value() for field in form if field.html_name != "answer"}
            headings = {form.fields[name].label: name for name in said}
            said |= {headings[heading]: key for heading, key in columns.items()}
            assert client.post(answered.url, said | {"answer": answer}).status_code == 302
        importing.refresh_from_db()
        return client, importing

    return through_the_desk


def go(client, importing):
    client.post(reverse("admin:members_import_carrying_out", args=[importing.pk]))
    importing.refresh_from_db()
    return importing


def on_the_list(leeds):
    current = Membership.objects.current().filter(partnership=leeds).exclude(member__email="dee@example.org")
    return sorted(current.values_list("member__email", flat=True))


@pytest.mark.parametrize(
    ("content", "name", "email", "who", "organisation"),
    [
        (MAILCHIMP, "subscribed_1.csv", "amira@example.org", "Amira Khan", "Example School, Leeds"),
        (GOOGLE, "contacts.csv", "zoe@example.org", "Zoë Brontë", "Example Museum"),
        (OUTLOOK.encode("cp1252", "replace"), "outlook.csv", "sian@example.org", "Siân Ll?r", "Example Council"),
        (EXCEL.encode("cp1252"), "excel.csv", "renee@example.org", "Renée Müller", "Example Gallery"),
        (EXCEL.encode("utf-8-sig"), "excel.csv", "renee@example.org", "Renée Müller", "Example Gallery"),
        (EXCEL.encode("utf-16"), "excel.txt", "renee@example.org", "Renée Müller", "Example Gallery"),
        (EXCEL.encode("utf-16-le"), "excel.txt", "renee@example.org", "Renée Müller", "Example Gallery"),
        (EXCEL.encode("utf-16-be"), "excel.txt", "renee@example.org", "Renée Müller", "Example Gallery"),
        (TABS, "tabs.tsv", "tom@example.org", "Tom", None),
    ],
)
def test_each_dialect_is_read_with_its_columns_guessed(bring, leeds, content, name, email, who, organisation):
    client, importing = bring(content, name, answer="signed-up")
    go(client, importing)
    member = Member.objects.get(email=email)
    assert member.name == who and (member.organisation.name if member.organisation else None) == organisation
    assert email in on_the_list(leeds)


def test_a_mailchimp_audience_keeps_its_proof_and_leaves_out_who_left(bring, leeds):
    client, importing = bring(AUDIENCE, "audience_export.zip", answer="signed-up")
    go(client, importing)
    assert on_the_list(leeds) == ["amira@example.org", "bo@example.org"]
    assert importing.counts == {"new": 2, "here": 0, "out": 2, "twice": 0, "refused": 0}

    proof = Consent.objects.get(member__email="amira@example.org")
    assert (proof.how, proof.purpose, proof.given) == ("import", "newsletter", True)
    assert proof.asked_at == datetime(2019, 3, 12, 9, 15, 22, tzinfo=UTC)
    assert proof.confirmed_at == datetime(2019, 3, 12, 9, 16, tzinfo=UTC)
    assert "They signed up for it themselves" in proof.wording.text
    assert Member.objects.get(email="amira@example.org").mail_to == "Amira@example.org"
    reasons = {
        row.key.hex() if isinstance(row.key, bytes) else bytes(row.key).hex(): row.reason
        for row in Suppression.objects.all()
    }
    assert reasons == {key_of("left@example.org").hex(): "left", key_of("dead@example.org").hex(): "bounced"}


def test_nothing_happens_before_the_last_button(bring, leeds):
    client, importing = bring(AUDIENCE, "audience.zip", answer="signed-up")
    page = client.get(reverse("admin:members_import_change", args=[importing.pk])).content.decode()
    assert "Put 2 people on the list" in page and "the file says they left" in page
    assert on_the_list(leeds) == [] and not Suppression.objects.exists() and not Delivery.objects.exists()


def test_those_who_sit_on_a_group_get_no_newsletter(bring, leeds):
    client, importing = bring(GOOGLE, answer="group")
    go(client, importing)
    zoe = Membership.objects.get(member__email="zoe@example.org")
    assert zoe.chosen == [] and not Consent.objects.filter(member=zoe.member).exists()


def test_of_whom_we_are_not_sure_are_asked_once_and_come_only_by_their_own_press(bring, leeds, client):
    desk, importing = bring(GOOGLE, answer="ask")
    go(desk, importing)
    assert on_the_list(leeds) == [] and not Member.objects.filter(email="zoe@example.org").exists()
    assert Delivery.objects.get().address == "zoe@example.org"
    desk, again = bring(GOOGLE, answer="ask")
    go(desk, again)
    assert Delivery.objects.count() == 1

    link = reverse("members:confirm", args=[CONFIRM.sign(JoinRequest.objects.get().pk)])
    assert "had your address" in client.get(link).content.decode()
    client.post(link)
    assert on_the_list(leeds) == ["zoe@example.org"]


def test_who_must_not_come_stays_out_whatever_the_answer(bring, leeds, elsewhere):
    left = factories.membership(factories.member("gone@example.org"), leeds)
    left.leave(how=Consent.How.ONE_CLICK)
    for address, reason, where in (
        ("spam@example.org", "spam", leeds), ("notme@example.org", "not-me", None),
        ("forgot@example.org", "forgotten", None), ("theirs@example.org", "asked", elsewhere),
    ):  # fmt: skip
        Suppression.add(key_of(address), reason, where)
    people = ["gone", "spam", "notme", "forgot", "theirs", "fine"]
    lines = (
        "Email,Status\n"
        + "".join(f"{who.upper()}@Example.org,\n" for who in people)
        + "quit@example.org,Unsubscribed\n"
    )
    client, importing = bring(lines, answer="signed-up")
    go(client, importing)
    assert on_the_list(leeds) == ["fine@example.org", "theirs@example.org"]
    assert importing.counts["out"] == 5


def test_duplicates_and_mixed_case_are_one_person_and_what_speaks_against_writing_counts(bring, leeds):
    lines = (
        "email,name,status\nPat@example.org,Pat,\nPAT@EXAMPLE.ORG,Patricia,\nｐａｔ@example.org,P,\n"
        "kim@example.org,Kim,\nKim@example.org,K,unsubscribed\n"
    )
    client, importing = bring(lines, answer="signed-up")
    go(client, importing)
    assert on_the_list(leeds) == ["pat@example.org"]
    assert importing.counts == {"new": 1, "here": 0, "out": 1, "twice": 3, "refused": 0}
    assert Member.objects.get(email="pat@example.org").name == "Pat"


def test_who_is_here_already_keeps_what_they_told_us(bring, leeds, ben):
    client, importing = bring("email,name\nBEN@example.org,Benjamin Impostor\n", answer="signed-up")
    go(client, importing)
    ben.refresh_from_db()
    assert ben.name == "Ben" and importing.counts["here"] == 1
    assert Membership.objects.filter(member=ben).count() == 1


def test_a_member_of_another_list_joins_this_one_too(bring, leeds, cy):
    client, importing = bring("cy@example.org\n", "pasted", answer="signed-up")
    go(client, importing)
    cy.refresh_from_db()
    assert cy.name == "Cy" and Membership.objects.current().filter(member=cy).count() == 2


def test_pods_and_roles_come_along_and_what_is_unknown_is_said(bring, leeds, pod):
    lines = (
        "Name,Email,Pod,Role,Since\nAnn,ann@example.org,Youth Voice,Lead,1 March 2024\n"
        "Bob,bob@example.org,youth voice,,\nCat,cat@example.org,Nowhere,,\n"
    )
    client, importing = bring(lines, answer="group")
    page = client.get(reverse("admin:members_import_change", args=[importing.pk])).content.decode()
    assert "there is no group called Nowhere" in page
    go(client, importing)
    assert on_the_list(leeds) == ["ann@example.org", "bob@example.org", "cat@example.org"]
    ann = pod.appointments.get(member__email="ann@example.org")
    assert (ann.role, str(ann.since)) == ("lead", "2024-03-01")
    belonging = sorted(pod.memberships.current().values_list("member__email", flat=True))
    assert belonging == ["ann@example.org", "bob@example.org"]
    assert str(pod.memberships.get(member__email="ann@example.org").joined_on) == "2024-03-01"


def test_columns_are_corrected_by_the_manager(bring, leeds):
    lines = "Wer,Wohin\nLena,lena@example.org\n"
    client, importing = bring(lines, answer="signed-up", Wer="name", Wohin="email")
    go(client, importing)
    assert Member.objects.get(email="lena@example.org").name == "Lena"


def test_two_columns_of_one_meaning_and_none_with_an_address_are_explained(bring):
    client, importing = bring(GOOGLE)
    page = reverse("admin:members_import_change", args=[importing.pk])
    twice = client.post(page, {"column_0": "email", "column_5": "email", "answer": "ask"})
    none = client.post(page, {"column_0": "name", "answer": "ask"})
    assert "Two columns say the same thing" in twice.content.decode()
    assert "Say which column holds the e-mail address" in none.content.decode()
    importing.refresh_from_db()
    assert importing.answer == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing in it"),
        (b"\n \n;;\n", "nothing in it"),
        (b'email,name\na@x.org,Ann\nb@x.org,"Bob\nc@x.org,Cy\n', "up to line 3: a quotation mark is opened"),
        (b'email,name\na@example.org,"Ann"x,1\n', "up to line 2: it is broken there"),
        (b"email,name\n" + b"x" * 20_000 + b",y\n", "Line 2 has a field of more than 10,000 letters"),
        (b"email\n" + b"a," * 300 + b"\n", "Line 2 has 301 columns"),
        (b"a@example.org\n" * 20_002, "more than 20,000 lines"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b"PK\x03\x04garbage", "ZIP file is broken"),
        (b"%PDF-1.7 ...", "no list we can read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no list we can read"),
        ("email\nä\n".encode("utf-16") + b"\x00", "letters we cannot read"),
        (b"email\n\x00\x00binary\x00", "no list of text"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_words_and_nothing_is_kept(bring, content, said):
    _, answer = bring(content)
    assert said in answer.content.decode().replace("&#x27;", "'"), answer.context["form"].errors
    assert not Import.objects.exists()


def test_a_zip_that_unpacks_to_more_than_it_says_is_refused():
    bomb = packed(subscribed="a@example.org\n" * 2_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(Unreadable, match="larger than"):
        sheets(bomb, "bomb.zip")
    many = packed(**{f"subscribed{n}": "x" for n in range(3)}, notes="y")
    assert len(sheets(many, "a.zip")) == 4
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(Unreadable, match="Excel workbook"):
        sheets(workbook.getvalue(), "people.xlsx")


def test_lines_are_counted_as_the_file_has_them_quoted_newlines_too(bring):
    lines = 'email,notes\r\na@example.org,"one\r\ntwo\r\nthree"\r\nno address,x\r\n\r\n@example.org,y\r\n'
    _, importing = bring(lines, answer="signed-up")
    report = carrying_out.report(importing)
    assert [(line.number, line.outcome) for line in report.lines] == [(2, "new"), (5, "refused"), (7, "refused")]


def test_the_left_out_are_downloaded_safely_for_a_spreadsheet(bring):
    lines = 'email,name\nno address,"=HYPERLINK(""http://evil"")"\n,@SUM(A1)\na@x.org,Ann\nA@x.org,+44 113\n'
    client, importing = bring(lines, answer="signed-up")
    answer = client.get(reverse("admin:members_import_left_out", args=[importing.pk]))
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["2", "3", "5"]
    assert rows[1][4] == '\'=HYPERLINK("http://evil")' and rows[2][4] == "'@SUM(A1)" and rows[3][4] == "'+44 113"


def test_pressing_twice_takes_the_list_once(bring, leeds):
    client, importing = bring(GOOGLE, answer="signed-up")
    go(client, importing), go(client, importing)
    assert Consent.objects.filter(member__email="zoe@example.org").count() == 1
    assert Entry.objects.filter(verb="brought a list of people along").count() == 1
    assert not carrying_out.carry_out(importing)


def test_a_failure_half_way_leaves_nothing(bring, leeds, monkeypatch):
    client, importing = bring(AUDIENCE, "audience.zip", answer="signed-up")

    def fail(*args):
        raise RuntimeError("the power went")

    monkeypatch.setattr(carrying_out, "_stay_out", fail)
    with pytest.raises(RuntimeError):
        carrying_out.carry_out(importing)
    assert on_the_list(leeds) == [] and not Member.objects.filter(email="amira@example.org").exists()
    monkeypatch.undo()
    assert go(client, importing).done_at


def test_a_list_is_taken_back_within_a_day(bring, leeds, ben, cy, pod):
    lines = (
        "name,email,pod\nNew,new@example.org,\nPodded,podded@example.org,Youth Voice\nCy,cy@example.org,\n"
        "Ben,ben@example.org,\n"
    )
    client, importing = bring(lines, answer="signed-up")
    go(client, importing)
    assert (
        "Take the whole list back"
        in client.get(reverse("admin:members_import_change", args=[importing.pk])).content.decode()
    )
    client.post(reverse("admin:members_import_undoing", args=[importing.pk]))

    assert on_the_list(leeds) == ["ben@example.org"]
    assert not Member.objects.filter(email__in=["new@example.org", "podded@example.org"]).exists()
    assert not Member.objects.filter(name__in=["New", "Podded"]).exists()
    assert Member.objects.get(email="cy@example.org").is_active
    assert pod.memberships.current().filter(member=ben).exists() and pod.memberships.current().count() == 1
    assert Consent.objects.filter(how="undone", given=False).count() == 3
    assert not Suppression.objects.exists()
    client, again = bring(lines, answer="signed-up")
    assert carrying_out.report(again).counts["new"] == 3, "as if it had never been brought"


def test_after_a_day_it_is_too_late(bring, leeds):
    client, importing = bring(GOOGLE, answer="signed-up")
    go(client, importing)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert not carrying_out.undo(importing, by=importing.by)
    assert on_the_list(leeds) == ["zoe@example.org"]


def test_the_file_goes_after_a_week_and_the_numbers_stay(bring, leeds):
    client, importing = bring(GOOGLE, answer="signed-up")
    go(client, importing)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        tidy_up()
    importing.refresh_from_db()
    assert bytes(importing.content) == b"" and importing.counts["new"] == 1
    assert client.get(reverse("admin:members_import_change", args=[importing.pk])).status_code == 200


def test_a_long_list_is_taken_in_the_background_and_says_how_far_it_is(
    bring, leeds, monkeypatch, django_capture_on_commit_callbacks
):
    from members import tasks

    woken = []
    monkeypatch.setattr(tasks.carry_out_import, "delay", woken.append)
    lines = "email\n" + "".join(f"person{n}@example.org\n" for n in range(400))
    client, importing = bring(lines, answer="signed-up")
    with django_capture_on_commit_callbacks(execute=True):
        go(client, importing)
    assert woken == [importing.pk] and importing.done_at is None
    page = client.get(reverse("admin:members_import_change", args=[importing.pk])).content.decode()
    assert "0 people so far" in page and "See how far it is" in page
    tasks.carry_out_import(importing.pk)
    assert len(on_the_list(leeds)) == 400


def test_pasted_lines_are_a_list_too(leeds, dee, as_member):
    client = as_member(dee)
    add = reverse("admin:members_import_add")
    answer = client.post(add, {"partnership": leeds.pk, "pasted": "Ann Lee <ann@example.org>\nbob@example.org"})
    report = carrying_out.report(Import.objects.get())
    assert answer.status_code == 302
    assert [(line.name, line.email) for line in report.lines] == [
        ("Ann Lee", "ann@example.org"),
        ("", "bob@example.org"),
    ]
    for wrong in ({}, {"pasted": "a@example.org", "file": SimpleUploadedFile("a.csv", b"b@example.org")}):
        assert "one of the two" in client.post(add, {"partnership": leeds.pk, **wrong}).content.decode()


def test_nobody_brings_a_list_to_a_partnership_of_others(bring, leeds, eve, as_member):
    _, importing = bring(GOOGLE, answer="signed-up")
    stranger = as_member(eve)
    for name in ("change", "carrying_out", "undoing", "left_out"):
        address = reverse(f"admin:members_import_{name}", args=[importing.pk])
        assert {stranger.get(address).status_code, stranger.post(address).status_code} <= {404, 405}
    answer = stranger.post(reverse("admin:members_import_add"), {"partnership": leeds.pk, "pasted": "x@example.org"})
    assert answer.status_code == 200 and Import.objects.count() == 1
    assert on_the_list(leeds) == []
