"""Journeys 2, 3 and 9: joining on one phone, leaving, and bringing 120 people along. Counted.

A press is a finger on a button, a link or a choice. A word counts when it can be seen above the button, the
header of the page included; only the banner of the demonstration is left out, which no real site has.
"""

import re
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from members.models import Consent, Membership
from newsletters.models import Newsletter
from newsletters.words import Words
from pods.models import Appointment
from tests import factories
from tests.servers.smtp import Sink
from tests.story.conftest import text_of

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
ROB = "rob.example@example.org"
NEVER_SAID = re.compile(r"lawful basis|\bCSV\b|\bDKIM\b|suppress", re.IGNORECASE)
WORDS_ABOVE = """button => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
    for (let text = walker.nextNode(); text && !button.contains(text); text = walker.nextNode()) {
        const around = text.parentElement;
        const hidden = around.closest(".skip, .demo-banner, [aria-hidden=true]") || !around.checkVisibility();
        if (!hidden) said.push(text.textContent);
    }
    return said.join(" ").split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word));
}"""
EVERYTHING_SAID = """() => {
    const page = document.body.cloneNode(true);
    page.querySelectorAll("script, style, textarea").forEach(each => each.remove());
    const labels = [...page.querySelectorAll("[placeholder], [title], [aria-label]")].map(
        each => ["placeholder", "title", "aria-label"].map(name => each.getAttribute(name) || "").join(" "));
    return document.title + " " + page.textContent + " " + labels.join(" ");
}"""
FIELDS = "input:not([type=hidden]):not([type=checkbox]):not([tabindex='-1']), select, textarea"


class Finger:
    """Somebody with a phone, or at a desk: what they press is counted."""

    def __init__(self, page) -> None:
        self.page, self.presses, self.fields = page, 0, 0

    def open(self, address: str) -> None:
        """Follow a link that stands outside the site: in a mail, or on a poster."""
        assert self.page.goto(address).status == 200

    def press(self, name: str, role: str = "button") -> None:
        self.presses += 1
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()

    def write(self, label: str, text: str) -> None:
        self.fields += 1
        self.page.get_by_label(label).fill(text)

    def words_above(self, name: str) -> list[str]:
        return self.page.get_by_role("button", name=name).first.evaluate(WORDS_ABOVE)


@pytest.fixture
def hold(browser):
    """Return a finger on a page of a site; what the browser complains of fails the test."""
    opened, complaints = [], []

    def site(address: str, session: str = "", **kind) -> Finger:
        context = browser.new_context(base_url=address, **kind)
        opened.append(context)
        if session:
            context.add_cookies([{"name": "session", "value": session, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Finger(page)

    yield site
    for context in opened:
        context.close()
    assert complaints == []


def test_2_joining_on_one_phone_is_one_field_and_two_presses_code_included(house, hold):
    rob = hold(house.address, **PHONE)
    began = time.monotonic()
    rob.open("/partnerships/leedscep/join/")
    assert rob.page.locator(FIELDS).count() == 1
    words = rob.words_above("Send me the newsletter")
    time.sleep(2.1)  # nobody fills a form in less
    rob.write("Your e-mail address", ROB)
    rob.press("Send me the newsletter")

    code = re.search(r"\b(\d{3} \d{3})\b", text_of(house.mail_to(ROB, "code"))).group(1)
    asked = rob.page.locator(FIELDS)
    assert asked.count() == 1 and asked.get_attribute("autocomplete") == "one-time-code"  # the phone may type it
    asked.fill(code)
    rob.press("Join")

    assert rob.page.get_by_role("heading", level=1).inner_text() == "You are on the list"
    assert time.monotonic() - began < 45
    assert (rob.fields, rob.presses) == (1, 2)
    assert len(words) <= 90, " ".join(words)


@pytest.fixture
def post(settings):
    """A real SMTP server, started beside the browser's own event loop."""
    with ThreadPoolExecutor(1) as aside:
        sink = Sink()
        aside.submit(sink.__enter__).result()
        settings.EMAIL_URL = sink.url
        yield sink
        aside.submit(sink.__exit__, None, None, None).result()


@pytest.fixture
def letter(db, leeds, dee, post, send):
    """A newsletter as it arrives at one reader, over the wire: what the mail client of Person 0 was given."""
    factories.on_the_list(leeds, 1)
    leeds.postal_identity = "LeedsCEP, 1 Example Street, Leeds LS1 1AA"
    leeds.save()
    words = Words.typed(number=12, half_term=None, subject="Autumn news", sections=[("Funding", "A grant.")])
    draft = Newsletter.begin(leeds, words, by=dee)
    draft.test(by=dee)
    send()
    draft.send(version=draft.version, by=dee)
    Mailing.objects.update(send_at=timezone.now())
    send()
    return next(one.message for one in post.taken if one.recipient.startswith("person0@") and one.message["List-Id"])


@pytest.mark.django_db(transaction=True)
def test_3_leaving_from_the_footer_of_a_mail_is_two_presses(letter, live_server, hold):
    html = letter.get_body(("html",)).get_content()
    reader = hold(live_server.url, **PHONE)
    began = time.monotonic()
    reader.presses += 1  # on the link in the mail
    reader.open(_path(re.search(r'<a href="([^"]+)"[^>]*>Leave the list in one press', html).group(1)))
    words = reader.words_above("Leave the list")
    reader.press("Leave the list")

    assert "will not write to you again" in reader.page.inner_text("main")
    assert time.monotonic() - began < 10
    assert reader.presses == 2
    assert len(words) <= 25, " ".join(words)
    _has_left(Consent.How.CHOICES)


@pytest.mark.django_db(transaction=True)
def test_3_leaving_from_the_mail_client_is_one_request_and_no_page(letter, live_server):
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.search(r"<(https?://[^>]+)>", letter["List-Unsubscribe"]).group(1)
    began = time.monotonic()
    # RFC 8058 3.2: what a mail client sends has neither cookie nor referrer, and it follows nothing.
    request = urllib.request.Request(
        live_server.url + _path(address), data=letter["List-Unsubscribe-Post"].encode(), method="POST"
    )
    with urllib.request.build_opener(_FollowsNothing).open(request, timeout=5) as answer:
        assert answer.status == 200 and answer.headers.get_content_type() == "text/plain"
        assert answer.headers["Location"] is answer.headers["Set-Cookie"] is None
    assert time.monotonic() - began < 5
    _has_left(Consent.How.ONE_CLICK)


@pytest.mark.django_db(transaction=True)
def test_3_a_mail_filter_that_opens_every_address_in_a_browser_takes_nobody_off_the_list(letter, live_server, hold):
    bodies = [letter.get_body((kind,)).get_content() for kind in ("plain", "html")]
    ours = re.findall(r"http://localhost:8000(/[^\s\"'<>]*)", " ".join([*bodies, letter["List-Unsubscribe"]]))
    assert {path.split("/")[1] for path in ours} >= {"u", "partnerships"} and any("one-click" in path for path in ours)
    before = Consent.objects.count()
    for address in sorted(set(ours)):
        filters = hold(live_server.url)
        filters.open(address)
        filters.page.keyboard.press("End")
        filters.page.wait_for_timeout(2000)
    membership = Membership.objects.get(member__email__startswith="person0@")
    assert membership.chosen == ["newsletter"] and Consent.objects.count() == before


class _FollowsNothing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def _has_left(how: str) -> None:
    membership = Membership.objects.get(member__email__startswith="person0@")
    withdrawn = Consent.objects.filter(member=membership.member).latest("pk")
    assert membership.left_at and not membership.chosen
    assert (withdrawn.given, withdrawn.how) == (False, how)


PODS = ["Youth Voice", "Early Years", "Health and Wellbeing", "Creative Careers"]


@pytest.fixture
def at_work(leeds, dee, settings):
    """Leeds with four pods, a Steering Group, and a draft: what Dee has on her first day here but her people."""
    for pod in PODS:
        factories.GroupFactory(partnership=leeds, name=pod)
    factories.GroupFactory(partnership=leeds, name="Steering Group", kind="steering", joining="appointed")
    leeds.postal_identity = "LeedsCEP, 1 Example Street, Leeds LS1 1AA"
    leeds.save()
    words = Words.typed(number=1, half_term=None, subject="We have moved", sections=[("Hello", "Here we are.")])
    return Newsletter.begin(leeds, words, by=dee)


def her_list() -> str:
    """120 people as they stand in a sheet of Excel, copied: thirty in each pod but for eight on the Steering Group."""
    rows = ["Name\tE-mail\tSchool\tPod\tRole\tSince"]
    for number in range(120):
        pod, role, since = PODS[number % 4], "", ""
        if number < 8:
            pod, role, since = "Steering Group", "Chair" if number == 0 else "Member", "September 2025"
        rows.append(f"Person {number}\tperson{number}@example.org\tExample School {number % 9}\t{pod}\t{role}\t{since}")
    return "\n".join(rows)


@pytest.mark.django_db(transaction=True)
def test_9_bringing_120_people_pods_and_terms_and_a_test_in_ones_own_inbox(
    at_work, dee, as_member, live_server, hold, post, send
):
    hers = hold(live_server.url, as_member(dee).cookies["session"].value, viewport={"width": 1280, "height": 800})
    screens = []
    hers.open("/admin/")
    hers.press("Bring a list of people", "link")
    screens.append(hers.page.evaluate(EVERYTHING_SAID))
    hers.write("Or paste the lines", her_list())
    hers.press("Look at it")
    screens.append(hers.page.evaluate(EVERYTHING_SAID))
    hers.press("They signed up for it themselves", "radio")
    hers.press("Go on")
    screens.append(hers.page.evaluate(EVERYTHING_SAID))
    hers.press("Put 120 people on the list")
    screens.append(hers.page.evaluate(EVERYTHING_SAID))
    assert "120 were put on the list" in " ".join(screens[-1].split())

    hers.press("Your desk", "link")
    hers.press("Newsletters", "link")
    hers.press("Number 1", "link")
    hers.press("Test sent to me", "link")
    hers.press("Send a test to dee@example.org")
    send()

    assert post.recipients() == ["dee@example.org"]
    assert hers.presses + hers.fields <= 12
    assert [NEVER_SAID.findall(said) for said in screens] == [[]] * 4
    # And it was done, not only said.
    assert Membership.objects.receiving("newsletter").filter(member__name__startswith="Person").count() == 120
    pods = at_work.partnership.groups.filter(name__in=PODS)
    assert sorted(len(pod.people()) for pod in pods) == [28, 28, 28, 28]
    terms = Appointment.objects.filter(group__name="Steering Group")
    assert terms.count() == 8 and {f"{term.since:%B %Y}" for term in terms} == {"September 2025"}
    assert [term.member.name for term in terms.filter(role="chair")] == ["Person 0"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("brought", ["workbook", "empty zip", "old workbook", "picture", "broken letters"])
def test_9_what_cannot_be_read_is_refused_in_words_everybody_knows(brought, dee, as_member, live_server, hold):
    hers = hold(live_server.url, as_member(dee).cookies["session"].value, viewport={"width": 1280, "height": 800})
    hers.open(reverse("admin:members_import_add"))
    file = {"name": "people", "mimeType": "application/octet-stream", "buffer": UNREADABLE[brought]}
    hers.page.get_by_label("A file").set_input_files(file)
    hers.press("Look at it")
    assert hers.page.locator(".error-summary, [role=alert]").count()
    assert NEVER_SAID.findall(hers.page.evaluate(EVERYTHING_SAID)) == []


def _packed(name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "nothing")
    return out.getvalue()


UNREADABLE = {
    "workbook": _packed("xl/workbook.xml"),
    "empty zip": _packed("readme.html"),
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(3) + b"name",
    "broken letters": b"Name,E-mail\nA\x81,a@example.org\n",
}
