"""A document gets a new version: what it is, is told by its bytes; nothing that could harm a reader comes in."""

import threading
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lcep.site import today
from partnerships.models import Document, DocumentVersion
from partnerships.tasks import tidy
from partnerships.uploads import LARGEST, Refused, Upload, cleaned_name, examined
from tests.partnerships import files
from trust.models import Entry


@pytest.fixture(autouse=True)
def kept_in(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def plan(leeds):
    return Document.objects.create(partnership=leeds, title="Action Plan", slug="plan", kind="own")


def address(document) -> str:
    return reverse("admin:partnerships_document_version", args=[document.pk])


def handed_in(desk, document, content=files.PDF, name="plan.pdf", **more):
    words = {"dated_on": "2026-11-20", "note": "Two seats more", "file": SimpleUploadedFile(name, content)}
    return desk.post(address(document), words | more)


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "documents").glob("*")) if (folder / "documents").exists() else []


# What comes in


@pytest.mark.parametrize(
    ("content", "kind"),
    [(files.PDF, "pdf"), (files.docx(), "docx"), (files.xlsx(), "xlsx"), (files.odt(), "odt")],
    ids=["pdf", "docx", "xlsx", "odt"],
)
def test_each_dialect_is_known_by_its_bytes_whatever_it_is_called(content, kind):
    for name in ("plan.html", "plan", "plan.exe", f"plan.{kind}"):
        upload = examined(name, BytesIO(content))
        assert (upload.kind, upload.filename) == (kind, f"plan.{kind}")


def test_a_pdf_may_have_a_little_before_its_header():
    assert examined("a.pdf", BytesIO(b"\xef\xbb\xbf\n" + files.PDF)).kind == "pdf"


def _zip_of_zeros() -> bytes:
    return files.docx(word__media__zeros=b"\0" * 30_000_000)


def _locked() -> bytes:
    """A docx whose parts say that they are encrypted (bit 0 of the flags, APPNOTE 4.4.4)."""
    content = bytearray(files.docx())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def _twice_the_same_name() -> bytes:
    out = BytesIO(files.docx())
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning):
        file.writestr("word/document.xml", "another")
    return out.getvalue()


def _remote(kind: str) -> str:
    return f'<Relationships><Relationship Type="x/{kind}" TargetMode="External" Target="https://evil.example/t"/></Relationships>'


TRAPS = {
    "nothing": (b"", "empty"),
    "more than 10 MB": (files.PDF + b" " * LARGEST, "larger than 10 MB"),
    "a picture in SVG": (b"<svg xmlns='x' onload='alert(1)'/>", "HTML, SVG"),
    "a web page": (b"<!DOCTYPE html><script>alert(1)</script>", "HTML, SVG"),
    "a web page after spaces": (b"  \n<html>", "HTML, SVG"),
    "PDF and web page at once": (b"<html><script>x</script>" + files.PDF, "at once"),
    "PDF whose comment is a page": (b"%PDF-1.7\n%<html><body>" + files.PDF, "at once"),
    "half a PDF": (files.PDF[:-8] + b" " * 9000, "cut off"),
    "a program": (b"MZ\x90\x00" + b"\0" * 100, "do not know"),
    "a text": (b"Hello, this is a plan.", "do not know"),
    "an old or locked Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older kind"),
    "a zip": (files.package({"a.txt": "x"}), "zip"),
    "macros": (files.docx(word__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"), "macros"),
    "macros by type": (files.office(files.WITH_MACROS, "word/document.xml"), "macros"),
    "ActiveX": (files.docx(word__activeX__a="x"), "macros"),
    "a foreign object": (files.docx(word__embeddings__oleObject1="x"), "macros"),
    "a template from elsewhere": (
        files.docx(word___rels__settings_rels=_remote("attachedTemplate")).replace(b"settings_rels", b"settings.rels"),
        "another site",
    ),
    "a bomb": (_zip_of_zeros(), "unpacked"),
    "too many parts": (files.package({"[Content_Types].xml": ""} | {f"p{n}": "" for n in range(2100)}), "unpacked"),
    "a way out of the folder": (files.docx(**{"..__..__evil": "x"}), "no office program"),
    "a part twice": (_twice_the_same_name(), "no office program"),
    "packed by another method": (files.package({"[Content_Types].xml": "x"}, zipfile.ZIP_LZMA), "no office program"),
    "with a password": (_locked(), "password"),
    "a page before the zip": (b"<html>" + files.docx(), "HTML, SVG"),
    "a page behind the zip": (files.docx() + b"<html>", "behind"),
    "half a zip": (files.docx()[:200], "damaged"),
    "a zip of noise": (b"PK\x03\x04" + bytes(range(256)) * 4, "damaged"),
    "main part missing": (files.package({"[Content_Types].xml": files.types_of(files.WORD, "word/a.xml")}), "zip"),
    "a drawing of OpenDocument": (files.odt(kind=files.ODT.replace("text", "graphics")), "OpenDocument"),
    "Basic in an odt": (files.odt(Basic__Standard__a="x"), "macros"),
    "a locked odt": (files.odt(manifest="<manifest:encryption-data/>"), "password"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused_with_a_reason(trap):
    content, reason = TRAPS[trap]
    with pytest.raises(Refused, match=reason):
        examined("plan.pdf", BytesIO(content))


def test_a_link_in_a_word_file_is_no_reason_to_refuse_it():
    rels = _remote("hyperlink")
    content = files.docx(word___rels__document_rels=rels).replace(b"document_rels", b"document.rels")
    assert examined("a.docx", BytesIO(content)).kind == "docx"


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0"]),
    st.integers(0, 500),
)
def test_any_bytes_at_all_are_taken_or_refused_and_nothing_else(noise, head, cut):
    for content in (head + noise, files.docx()[:cut] + noise, files.docx()[: -cut or None] + noise):
        try:
            assert examined("x", BytesIO(content)).kind in DocumentVersion.Kind
        except Refused as refused:
            assert str(refused).endswith(".")


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Plan 2026.pdf", "Plan 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan.docx", "plan.pdf"),
        ("plan.pdf.exe", "plan.pdf"),
        ("plan\u202efdp.exe", "plan fdp.pdf"),
        ("plan\r\nSet-Cookie: a=b.pdf", "plan Set-Cookie a=b.pdf"),
        ("\u200bpl\u200ban.pdf", "plan.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        ("Protokół – Zażółć.pdf", "Protokół – Zażółć.pdf"),
        ("a" * 300, "a" * 100 + ".pdf"),
        ('x"; filename="evil.exe', "x ; filename= evil.pdf"),
    ],
)
def test_its_name_becomes_one_that_can_be_saved(given, clean):
    assert cleaned_name(given, "pdf") == clean


@given(st.text(max_size=300))
def test_any_name_at_all_becomes_one_short_line(name):
    clean = cleaned_name(name, "pdf")
    assert clean.endswith(".pdf") and len(clean) <= 120 and "/" not in clean and clean.isprintable()


# The form


def test_a_version_is_added_and_is_the_one_people_get(as_member, dee, plan, kept_in):
    answer = handed_in(as_member(dee), plan)
    assert answer.status_code == 302
    version = plan.versions.get()
    assert (version.number, version.kind, version.size, version.added_by) == (1, "pdf", len(files.PDF), dee)
    assert version.note == "Two seats more" and str(version.dated_on) == "2026-11-20"
    assert version.file.read() == files.PDF and [each.name for each in kept(kept_in)] == [Path(version.file.name).name]
    assert "plan" not in version.file.name
    assert Entry.objects.get(verb="added a version of").detail == {"version": 1}
    page = as_member(dee).get(reverse("admin:partnerships_document_change", args=[plan.pk])).content.decode()
    assert "Version 1" in page and "People get this one" in page
    assert 'href="/partnerships/leedscep/documents/plan/1/"' in page


def test_the_second_is_number_two_and_the_first_is_superseded(as_member, dee, plan):
    desk = as_member(dee)
    handed_in(desk, plan)
    handed_in(desk, plan, files.docx(), "plan.docx")
    assert list(plan.versions.values_list("number", "kind")) == [(2, "docx"), (1, "pdf")]
    assert "Superseded" in desk.get(address(plan)).content.decode()


def test_the_same_bytes_twice_are_told(as_member, dee, plan, kept_in):
    desk = as_member(dee)
    handed_in(desk, plan)
    answer = handed_in(desk, plan, name="other name.pdf")
    assert answer.status_code == 422
    assert "here already, as version 1" in answer.content.decode()
    assert plan.versions.count() == 1 and len(kept(kept_in)) == 1


@pytest.mark.parametrize("trap", ["nothing", "a web page", "macros", "a bomb"])
def test_a_trap_is_refused_on_the_page_and_leaves_nothing(as_member, dee, plan, kept_in, trap):
    answer = handed_in(as_member(dee), plan, TRAPS[trap][0])
    text = answer.content.decode()
    assert answer.status_code == 422 and "There is a problem" in text and "<title>Error: " in text
    assert not plan.versions.exists() and kept(kept_in) == []


def test_without_a_file_or_a_date_it_says_what_is_missing(as_member, dee, plan):
    text = as_member(dee).post(address(plan), {"dated_on": ""}).content.decode()
    assert "Choose a file" in text and "Give its date" in text


def test_a_file_beyond_ten_megabytes_is_dropped_while_it_arrives(as_member, dee, plan, kept_in):
    answer = handed_in(as_member(dee), plan, files.PDF + b" " * (LARGEST + 5_000_000))
    text = answer.content.decode()
    assert answer.status_code == 422 and "larger than 10 MB" in text
    assert 'value="Two seats more"' in text, "what was typed is still there"
    assert kept(kept_in) == []


def test_a_file_of_ten_megabytes_to_the_byte_comes_in(as_member, dee, plan):
    padded = files.PDF[:9] + b"%" + b"x" * (LARGEST - len(files.PDF) - 2) + b"\n" + files.PDF[9:]
    assert len(padded) == LARGEST and handed_in(as_member(dee), plan, padded).status_code == 302


def test_a_body_that_nobody_sends_by_accident_is_not_even_read(as_member, dee, plan):
    answer = as_member(dee).post(
        address(plan), b"--x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(200_000_000)
    )
    assert answer.status_code in {400, 413}


def test_another_partnerships_document_does_not_exist(as_member, eve, dee, officer, plan):
    for stranger in (eve, officer):
        assert as_member(stranger).get(address(plan)).status_code == 404
        assert handed_in(as_member(stranger), plan).status_code == 404
    assert not plan.versions.exists()


def test_an_officer_adds_to_her_regions_document_and_a_manager_does_not(as_member, officer, dee, london):
    guide = Document.objects.create(region=london, title="Guide", slug="guide", kind="guide")
    assert handed_in(as_member(dee), guide).status_code == 404
    assert handed_in(as_member(officer), guide).status_code == 302
    page = as_member(officer).get(reverse("admin:partnerships_document_change", args=[guide.pk])).content.decode()
    assert 'href="/london/documents/guide/1/"' in page


# The file and its row


def _upload(content: bytes = files.PDF) -> Upload:
    return examined("plan.pdf", BytesIO(content))


def test_when_the_row_fails_no_file_stays(plan, kept_in, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("no room")

    monkeypatch.setattr(Entry, "record", refuse)
    with pytest.raises(RuntimeError):
        plan.add_version(_upload(), dated_on=today())
    assert not plan.versions.exists() and kept(kept_in) == []


def test_what_a_lost_transaction_left_is_swept_a_day_later_and_nothing_else(plan, kept_in):
    import os

    good = plan.add_version(_upload(), dated_on=today())
    with pytest.raises(RuntimeError), transaction.atomic():
        plan.add_version(_upload(files.docx()), dated_on=today())
        raise RuntimeError("the outer transaction came to nothing")
    assert len(kept(kept_in)) == 2
    tidy.apply()
    assert len(kept(kept_in)) == 2, "a transaction may still be on its way"
    for path in kept(kept_in):
        os.utime(path, (1, 1))
    tidy.apply()
    assert [path.name for path in kept(kept_in)] == [Path(good.file.name).name]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers(leeds, kept_in):
    plan = Document.objects.create(partnership=leeds, title="Plan", slug="plan")
    failed, start = [], threading.Barrier(8)

    def add(number: int) -> None:
        try:
            start.wait()
            plan.add_version(_upload(files.PDF + b"%%%d\n%%%%EOF" % number), dated_on=today())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[number]) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    assert sorted(plan.versions.values_list("number", flat=True)) == list(range(1, 9))
    assert len(kept(kept_in)) == 8


def test_the_folder_is_outside_what_is_served():
    assert not str(settings.MEDIA_ROOT).startswith(str(settings.STATIC_ROOT))
