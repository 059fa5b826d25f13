"""Documents: one address each, the present version on top, files that run nothing and say little."""

from datetime import date
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile

from partnerships.models import Document, DocumentVersion, Region
from tests import factories

PLAN = "/partnerships/leedscep/documents/plan/"
PDF = b"%PDF-1.7 invented"


def version(document, number, content=PDF, **more):
    made = DocumentVersion(
        document=document,
        number=number,
        dated_on=date(2026, number, 1),
        filename=more.pop("filename", "Action plan.pdf"),
        kind=more.pop("kind", "pdf"),
        size=len(content),
        sha256=sha256(content + bytes([number])).hexdigest(),
        **more,
    )
    made.file.save("x", ContentFile(content), save=False)
    made.save()
    return made


@pytest.fixture
def plan(leeds, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = Document.objects.create(
        partnership=leeds,
        slug="plan",
        title="Action plan",
        kind="own",
        summary="What we set out to do.",
        review_on=date(2027, 5, 1),
    )
    version(plan, 1, note="The first one")
    version(plan, 2, b"%PDF-1.7 second", note="New objectives")
    return plan


def test_the_present_version_is_on_top_and_the_older_is_superseded(client, plan):
    text = client.get(PLAN).content.decode()
    assert (
        text.index("The present version")
        < text.index(f"{PLAN}2/")
        < text.index("Earlier versions")
        < text.index(f"{PLAN}1/")
    )
    assert text.index("Superseded") > text.index(f"{PLAN}1/") - 40 and text.count("Superseded") == 1
    assert "1 May 2027" in text and "What we set out to do." in text and "New objectives" in text


def test_the_list_leads_to_it(client, plan):
    text = client.get("/partnerships/leedscep/documents/").content.decode()
    assert f'href="{PLAN}"' in text and "PDF, 1 February 2026, version 2" in text


def test_a_file_comes_as_an_attachment_that_can_do_nothing(client, plan):
    answer = client.get(f"{PLAN}2/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 second"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Action plan.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Length"] == "15" and "public" in answer["Cache-Control"]
    assert not answer.cookies and "Cookie" not in answer.headers.get("Vary", "")


def test_a_file_that_is_known_is_not_sent_again(client, plan):
    etag = client.get(f"{PLAN}1/")["ETag"]
    again = client.get(f"{PLAN}1/", headers={"If-None-Match": etag})
    assert again.status_code == 304 and again["ETag"] == etag and not again.content
    assert client.get(f"{PLAN}2/")["ETag"] != etag
    assert client.head(f"{PLAN}1/").status_code == 200


@pytest.mark.parametrize(
    ("filename", "said"),
    [
        ("Plan für Ä.pdf", "filename*=utf-8''Plan%20f%C3%BCr%20%C3%84.pdf"),
        ('a"; filename=b.exe', 'filename="a\\"; filename=b.exe"'),
        ("a\r\nSet-Cookie: x=1.pdf", "Set-Cookie"),
    ],
)
def test_a_name_is_one_parameter_whatever_it_holds(client, plan, filename, said):
    version(plan, 3, filename=filename)
    answer = client.get(f"{PLAN}3/")
    assert said in answer["Content-Disposition"] and "\n" not in answer["Content-Disposition"]
    assert not answer.cookies


def test_each_kind_has_its_own_type(client, plan):
    for number, kind in enumerate(["docx", "xlsx", "odt"], 4):
        version(plan, number, kind=kind)
        assert "openxmlformats" in client.get(f"{PLAN}{number}/")["Content-Type"] or kind == "odt"


def test_nobody_reaches_what_is_elsewhere(client, plan, elsewhere):
    other = Document.objects.create(partnership=elsewhere, slug="secret", title="Theirs")
    version(other, 1)
    for address in (
        "/partnerships/leedscep/documents/secret/",
        "/partnerships/leedscep/documents/secret/1/",
        "/partnerships/northvale/documents/plan/1/",
        f"{PLAN}3/",
        f"{PLAN}0/",
        f"{PLAN}99999999999999999999/",
        "/leeds/documents/plan/",
        "/leeds/documents/plan/1/",
        "/partnerships/leedscep/documents/%00/",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get("/partnerships/northvale/documents/secret/1/").status_code == 200


def test_a_hidden_partnership_has_no_documents(client, plan, leeds):
    leeds.status = "hidden"
    leeds.save()
    assert [client.get(address).status_code for address in (PLAN, f"{PLAN}1/")] == [404, 404]


def test_a_former_name_leads_to_the_file(client, plan, leeds):
    leeds.names.create(name="Old", slug="old-leeds")
    assert client.get("/partnerships/old-leeds/documents/plan/1/").url == f"{PLAN}1/"


def test_a_file_that_is_lost_is_a_page_that_is_not_found(client, plan):
    plan.versions.get(number=1).file.delete(save=False)
    assert client.get(f"{PLAN}1/").status_code == 404


def test_regions_have_documents_too(client, plan):
    region = factories.RegionFactory(slug="london", name="London")
    guide = Document.objects.create(region=region, slug="guide", title="Guide")
    version(guide, 1)
    text = client.get("/london/documents/guide/").content.decode()
    assert "/london/documents/guide/1/" in text and "Guide" in text
    assert b"".join(client.get("/london/documents/guide/1/").streaming_content) == PDF
    assert Region.objects.count() == 2


def test_a_document_known_by_its_title_offers_one_thing_to_do(client, plan, leeds):
    Document.objects.create(partnership=leeds, slug="terms", title="Terms")
    text = client.get("/partnerships/leedscep/documents/terms/").content.decode()
    assert "no copy of it was found" in text and "/partnerships/leedscep/contact/" in text
    region = Region.objects.get(slug="leeds")
    Document.objects.create(region=region, slug="lost", title="Lost")
    assert "no copy" in client.get("/leeds/documents/lost/").content.decode()


def test_only_reading_is_for_everybody(client, plan):
    assert client.post(PLAN).status_code == client.post(f"{PLAN}1/").status_code == 405
