"""Hostile words in every field: nothing executable in mail, preview, archive, feed, list or history; and in time."""

import time
from datetime import timedelta
from xml.etree import ElementTree

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Meeting
from newsletters import blocks, emails
from newsletters.check import Check
from newsletters.models import DraftLink, Newsletter, Picture
from newsletters.pictures import clean
from newsletters.words import Words
from tests.newsletters.hostile import HUGE, LINE, MARKDOWN
from tests.newsletters.photos import GREY
from trust.headers import MAIL_POLICY

pytestmark = pytest.mark.once

EXECUTABLE = {
    "script",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "svg",
    "math",
    "meta",
    "link",
    "style",
    "img",
    "video",
}
SAFE_SCHEMES = ("http://", "https://", "mailto:", "tel:", "/", "#", "?", "../")


@pytest.fixture
def hostile(leeds, dee):
    """An issue with every hostile text in its opening and one in each heading, line and section."""
    sections = [(LINE[at % len(LINE)][:100], MARKDOWN[at]) for at in range(len(MARKDOWN))]
    words = Words.typed(
        number=1,
        half_term=None,
        subject="".join(LINE)[:150],
        preheader=LINE[2],
        opening="\n\n".join(MARKDOWN),
        sections=sections[:40],
    )
    newsletter = Newsletter.begin(leeds, words, by=dee)
    newsletter.published_at = timezone.now()
    newsletter.save()
    return newsletter


def elements(page: str, inside: str = "") -> list:
    """Every element of a page as a browser's parser makes it, or of what stands inside one tag."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    root = tree.find(f".//{inside}") if inside else tree
    assert root is not None
    return list(root.iter())


def assert_harmless(found: list) -> None:
    for element in found:
        if not isinstance(element.tag, str):
            continue
        assert element.tag.rpartition("}")[2] not in EXECUTABLE, element.tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            assert name not in {"srcdoc", "formaction", "xlink:href", "style"} or "url(" not in value
            if name in {"href", "src", "action"}:
                assert value.lower().startswith(SAFE_SCHEMES), value


def test_in_the_mail(hostile):
    body = emails.message(hostile, choices="https://example.org/").html.partition("</style>")[2]
    assert_harmless(elements(body, "body"))


def test_in_the_mail_as_it_leaves_and_in_the_preview(as_member, dee, hostile, screen):
    page = as_member(dee).get(screen("preview_mail", hostile))
    assert page["Content-Security-Policy"] == MAIL_POLICY
    assert page["Cache-Control"].startswith("max-age=0") or "no-store" in page["Cache-Control"]
    assert_harmless(element for element in elements(page.content.decode(), "body"))


def test_in_the_archive(client, hostile):
    page = client.get(hostile.get_absolute_url()).content.decode()
    assert_harmless(elements(page, "article"))
    titled = html5lib.parse(page, namespaceHTMLElements=False).find(".//head")
    assert "script" not in {element.tag for element in titled}


def test_in_a_correction_a_withdrawal_and_what_a_picture_shows(client, as_member, dee, hostile, leeds, screen):
    everything = "\n\n".join(MARKDOWN)[:3000]
    assert_harmless(
        elements(emails.correction_message(hostile, everything, choices="https://example.org/").html, "body")
    )

    kept = Picture.keep(clean(GREY), leeds)
    for at, section in enumerate(hostile.sections.all()):
        hostile.sections.filter(pk=section.pk).update(picture=kept, alt=LINE[at % len(LINE)].replace("\0", "")[:250])
    pictured = [emails.message(hostile, choices="https://example.org/").html.partition("</style>")[2]]
    pictured.append(client.get(hostile.get_absolute_url()).content.decode().partition("<article")[2])
    pictured.append(as_member(dee).get(screen("preview_mail", hostile)).content.decode().partition("</style>")[2])
    for page in pictured:
        found = elements(page, "body")
        shown = [element for element in found if element.tag == "img"]
        assert {element.get("src").partition("/pictures/")[0] for element in shown} == {"http://localhost:8000"}
        assert len(shown) == hostile.sections.count()
        assert_harmless(element for element in found if element.tag != "img")
        assert not any(name.startswith("on") for element in shown for name in element.attrib)

    hostile.withdraw(LINE[1], by=dee)
    assert_harmless(elements(client.get(hostile.get_absolute_url()).content.decode(), "article"))
    xml = client.get(reverse("newsletters:feed", args=[leeds.slug])).content
    summary = ElementTree.fromstring(xml).find(".//{http://www.w3.org/2005/Atom}summary")
    assert_harmless(elements(summary.text, "body"))


def test_in_the_words_kept_while_writing_and_in_a_conflict(as_member, dee, draft, screen, typed):
    client = as_member(dee)
    for at, text in enumerate(MARKDOWN):
        draft.refresh_from_db()
        kept = client.post(screen("keeping", draft), typed(draft, opening=text, heading_0=LINE[at][:100]))
        assert kept["Content-Type"] == "application/json"
    stale = client.post(screen("words", draft), typed(draft, opening="mine", version=1))
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "<script>alert" not in page
    assert not any(name.lower().startswith("on") for element in elements(page, "body") for name in element.attrib)


def test_in_a_draft_shown_to_a_colleague(client, dee, hostile):
    Newsletter.objects.update(published_at=None)
    address = DraftLink.make(hostile, by=dee).address.removeprefix("http://localhost:8000")
    assert "<script>alert" not in client.get(address).content.decode()
    assert_harmless(elements(client.get(f"{address}mail/").content.decode().partition("</style>")[2], "body"))


def test_in_the_names_of_meetings_in_the_diary(leeds, pod, ada):
    for at, text in enumerate(LINE[:20]):
        day = timezone.now() + timedelta(days=7 + at)
        Meeting.plan_event(leeds, title=text[:100] or "x", starts_at=day, minutes=60, by=ada)
    assert_harmless(elements(emails.read(blocks.dates(leeds).body).html, "body"))


def test_in_the_index_of_the_archive(client, hostile, leeds):
    page = client.get(reverse("newsletters:archive", args=[leeds.slug])).content.decode()
    assert "<script>alert" not in page


def test_in_the_feed(client, hostile, leeds):
    xml = client.get(reverse("newsletters:feed", args=[leeds.slug])).content
    feed = ElementTree.fromstring(xml)
    summary = feed.find("{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}summary")
    assert_harmless(elements(summary.text, "body"))


@pytest.mark.parametrize("name", ["words", "wordings", "preview", "who", "test", "change"])
def test_on_the_desk(as_member, dee, hostile, screen, name):
    page = as_member(dee).get(screen(name, hostile), follow=True).content.decode()
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page.replace("&gt;", "")
    for element in elements(page, "body"):
        assert not any(attribute.lower().startswith("on") for attribute in element.attrib)


def test_in_an_earlier_wording_and_in_the_list(as_member, dee, hostile, screen):
    for address in (screen("wording", hostile, 1), reverse("admin:newsletters_newsletter_changelist")):
        page = as_member(dee).get(address).content.decode()
        assert "<script>alert" not in page


def test_template_braces_and_other_people_s_placeholders_stay_literal(hostile, settings):
    message = emails.message(hostile)
    assert "{{ unsubscribe_url }}" in message.text
    assert "{{ settings.SECRET_KEY }}" in message.html
    assert settings.SECRET_KEY not in message.html + message.text


def test_the_headers_are_ours_alone(as_member, dee, leeds, prepare, mail_of):
    words = Words(number=5, half_term=None, subject="A\r\nBcc: all@example.org\r\n\r\n<script>", opening="Hello")
    newsletter = Newsletter.begin(leeds, words, by=dee)  # past the form, as a script might
    newsletter.test(by=dee)
    mail = mail_of(newsletter.send(version=1, by=dee), dee)
    assert mail["bcc"] is None
    assert mail["subject"] == "A Bcc: all@example.org <script>"
    assert len(mail.get_all("to")) == 1


@pytest.mark.parametrize("name", HUGE)
def test_huge_input_takes_bounded_time(leeds, dee, name):
    words = Words.typed(
        number=1, half_term=None, subject="Huge", opening=HUGE[name], sections=[("x", "y" + HUGE[name][1:])]
    )
    newsletter = Newsletter.begin(leeds, words, by=dee)
    began = time.process_time()
    message = emails.message(newsletter)
    Check(newsletter).findings  # noqa: B018 - building them is what is timed
    taken = time.process_time() - began
    assert message.text
    assert taken < 6, f"{name}: {taken:.1f} s"
