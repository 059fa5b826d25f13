"""A message is rendered once; filling it for a person gives what rendering it for that person would give."""

import email
import email.policy
import random
import re
import uuid
from html import escape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lcep.letters import inlined
from mailings.blank import Blank
from mailings.message import Message
from mailings.mime import File, is_wire_plain, stuffed
from mailings.models import Delivery
from mailings.slots import as_html, as_is, as_text, cut, is_alike, slot
from members.models import Member
from partnerships.models import Partnership
from trust.text import one_line

pytestmark = pytest.mark.once

LEEDS = Partnership(pk=7, slug="leedscep", name="LeedsCEP", mailbox="hello@leedscep.example.org")
TEXT = (
    f"{slot('greeting')}\n\n.A line with a dot\nFrom a friend, for {slot('name')}: {slot('word')}. \n"
    f" {slot('choices_url')}\n"
)
HTML = (
    "<!doctype html><html lang='en'><head><title>News</title><style>p { color: #123456 }</style></head><body>"
    f'<p>{slot("greeting")}</p><p title="{slot("name")}">Ünïcödé and {slot("word")}=…</p>'
    f'<a href="{slot("choices_url")}">Choices</a></body></html>'
)
HOSTILE = [
    "", "Ada", " Ada ", "O'Brien & Söhne", "עדה לאבלייס", "\u202eevil\u202c", "👩🏽‍🎨 Ada 🎭", "a" * 10_000,
    "é" * 10_000,
    "\r\nBcc: everyone@example.org", "a\nb\rc\x00d", "=?utf-8?q?=0D=0ABcc:x?=", ".", "..", ".\r\n.", "From me",
    "<script>alert(1)</script>", '"><img src=x>', "=3D=20", "{{ name }}", "%s %(x)s", "--=_a", "\u2028\u2029",
]  # fmt: skip


SUBJECT = f"News for {slot('name')}, really"


def message(subject=SUBJECT, **changes) -> Message:
    return Message(subject, TEXT, HTML, partnership=LEEDS, marketing=True, purpose="newsletter", **changes)


def delivery(name="Ada", word="hello") -> Delivery:
    member = Member(pk=42, mail_to="ada@example.org", name=name)
    made = Delivery.sample(member, {"word": word})
    made.public_id = uuid.UUID(int=5)
    made.mailing_id = 9
    return made


def parsed(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def rendered_in_full(source: str, values: dict[str, str], quote) -> str:
    pieces = cut(source)
    whole = "".join(quote(values[piece]) if at % 2 else piece for at, piece in enumerate(pieces))
    return (whole if whole.endswith("\n") else whole + "\n").replace("\n", "\r\n")


@pytest.fixture(autouse=True)
def page_of_the_partnership(monkeypatch):
    monkeypatch.setattr(Partnership, "get_absolute_url", lambda self: f"/partnerships/{self.slug}/")


MESSAGE = message()
BLANK = Blank(MESSAGE.rendition)
INLINED = inlined(HTML)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300)),
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300)),
)
@example("a" * 74 + " ", " ")
def test_filling_equals_rendering_in_full(name, word):
    name, word = (value.encode("utf-8", "replace").decode() for value in (name, word))
    raw = MESSAGE.fill(delivery(name, word))
    mail = parsed(raw)
    clean = one_line(name)
    url = re.search(rb"<(http://localhost:8000/u/[\w-]+/)one-click/>", raw).group(1).decode()
    values = {
        "name": clean,
        "word": one_line(word),
        "greeting": f"Dear {clean}," if clean else "Hello,",
        "choices_url": url,
    }
    assert mail.get_body(("plain",)).get_content() == rendered_in_full(TEXT, values, str)
    assert mail.get_body(("html",)).get_content() == rendered_in_full(INLINED, values, escape)
    assert " ".join(str(mail["Subject"]).split()) == " ".join(f"News for {clean}, really".split())
    assert fit_for_the_wire(raw)
    assert dateless(b"".join(BLANK.wire(delivery(name, word)))) == dateless(stuffed(raw))
    assert len(mail.items()) == len(set(name.lower() for name in mail))


@settings(max_examples=150, deadline=None)
@given(st.text("aZ09.,;:/?!()+_@-'&<>=\"\r\n é", max_size=200) | st.text(max_size=40))
@example("From me")
@example(".hidden")
@example("a" * 74 + ".b")
def test_what_counts_as_alike_everywhere_is(value):
    if is_alike(value):
        assert as_text(value) == as_html(value)
        assert as_is(value) == value.encode()
        assert is_wire_plain(b"\r\n" + as_text(value))


def test_a_thousand_people_with_hostile_names_get_what_rendering_would_give():
    chance = random.Random(5322)
    alphabet = [*HOSTILE, *"\r\n\t .=<>&'\"@,;:?_-\\%{}é👩עa1", "\u202e", "\u200b", "\r\n.\r\n", "=?utf-8?b?"]
    odd = 0
    for _ in range(1000):
        name = "".join(chance.choice(alphabet)[:40] for _ in range(chance.randint(1, 12)))
        raw = MESSAGE.fill(delivery(name))
        mail, clean = parsed(raw), one_line(name)
        greeting = f"Dear {clean}," if clean else "Hello,"
        assert mail.get_body(("plain",)).get_content().startswith(greeting + "\r\n")
        assert f">{escape(greeting)}</p>" in mail.get_body(("html",)).get_content()
        assert fit_for_the_wire(raw)
        assert dateless(b"".join(BLANK.wire(delivery(name)))) == dateless(stuffed(raw))
        odd += clean != name
    assert odd > 300, "hostile they were"


@pytest.mark.parametrize("word", [".", "..", ".a", "a", ""])
def test_dots_are_doubled_wherever_a_slot_stands(word):
    """A slot in the first column, of a place that encodes nothing: the slow way must be taken, and be right."""
    blank = Blank(b"7\0To: \0is:address\0\r\n\r\n\0is:word\0\r\n\0is:word\0.\r\n")
    made = delivery(word=word)
    assert b"".join(blank.wire(made)) == stuffed(blank.fill(made))


def test_what_all_copies_share_may_begin_a_line_with_a_dot():
    blank = Blank(b"7\0Subject: x\r\n\r\n.first\r\nlast.\r\n")
    assert b"".join(blank.wire(delivery())) == b"Subject: x\r\n\r\n..first\r\nlast.\r\n.\r\n"


@pytest.mark.parametrize("piece", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n\nb\r\n", b"\r\r\n"])
def test_a_line_that_does_not_end_with_both_never_leaves(piece):
    with pytest.raises(ValueError, match="only CRLF"):
        Blank(b"7\0Subject: x\r\n\r\n" + piece).wire(delivery())


def dateless(raw: bytes) -> bytes:
    return re.sub(rb"\r\nDate: [^\r]*", b"", raw)


def fit_for_the_wire(raw: bytes) -> bool:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = raw.split(b"\r\n")
    return (
        raw.isascii()
        and b"\0" not in raw
        and raw.count(b"\n") == raw.count(b"\r") == len(lines) - 1
        and all(len(line) <= 76 and not line.startswith((b".", b"From ")) for line in body.split(b"\r\n"))
        and all(len(line) <= 998 for line in lines)
        and b"\r\nBcc:" not in head
    )


def test_a_marketing_mail_has_every_header_of_a_mailing_list_once():
    mail = parsed(message(archived_at="https://example.org/n/1/").fill(delivery()))
    headers = [(name, str(value)) for name, value in mail.items()]
    names = [name.lower() for name, _ in headers]
    assert len(names) == len(set(names))
    found = dict(headers)
    link = re.compile(r"<http://localhost:8000/u/([\w-]+)/(one-click/)?>")
    assert found["From"] == "LeedsCEP <leedscep@localhost>"
    assert found["To"] == "ada@example.org"
    assert found["Reply-To"] == "hello@leedscep.example.org"
    assert found["Message-ID"] == "<00000000-0000-0000-0000-000000000005@localhost>"
    assert found["MIME-Version"] == "1.0"
    assert mail["Date"].datetime is not None
    assert found["List-Id"] == "<leedscep.lists.localhost>"
    assert link.fullmatch(found["List-Unsubscribe"]).group(2) == "one-click/"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.fullmatch(found["List-Help"])
    assert found["List-Owner"] == "<mailto:hello@leedscep.example.org>"
    assert found["List-Archive"] == "<http://localhost:8000/partnerships/leedscep/newsletters/>"
    assert found["List-Post"] == "NO"
    assert found["Archived-At"] == "<https://example.org/n/1/>"
    assert found["Feedback-ID"] == "9:newsletter:leedscep:lcep"
    assert found["Precedence"] == "bulk"
    assert "Auto-Submitted" not in found


def test_a_service_mail_says_that_a_machine_wrote_it_and_is_no_list():
    mail = parsed(Message("Code", "123", partnership=LEEDS).fill(delivery()))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not [name for name in mail if name.startswith("List-")]
    assert mail.get_content_type() == "text/plain"


def test_marketing_without_partnership_or_purpose_is_refused():
    with pytest.raises(ValueError, match="PECR"):
        Message("News", "Text", partnership=LEEDS, marketing=True)
    with pytest.raises(ValueError, match="PECR"):
        Message("News", "Text", partnership=None, marketing=True, purpose="newsletter")


@pytest.mark.parametrize(
    "headers", [{"X\r\nBcc": "a"}, {"X-A": "b\r\nBcc: c@example.org"}, {"To": "x@example.org"}, {"": "x"}]
)
def test_a_header_that_would_be_two_is_refused(headers):
    with pytest.raises(ValueError):
        _ = message(headers=headers).rendition


def test_a_subject_of_several_lines_becomes_one():
    mail = parsed(message(subject="News\r\nBcc: everyone@example.org").fill(delivery()))
    assert str(mail["Subject"]) == "News Bcc: everyone@example.org"
    assert mail["Bcc"] is None


@pytest.mark.parametrize("name", ["Ada, Ben & Co <x@y>", '"Q"', "Łódź CEP", "=?utf-8?q?x?=", "A" * 120])
def test_the_name_of_a_partnership_cannot_change_who_a_mail_is_from(name):
    partnership = Partnership(pk=7, slug="x", name=name)
    mail = parsed(Message("S", "T", partnership=partnership).fill(delivery()))
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "x@localhost")


def test_a_calendar_entry_is_one_more_form_and_a_file_is_attached():
    entry = File(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar; charset=utf-8; method=REQUEST")
    paper = File(bytes(range(256)) * 50, "application/pdf", "Agenda – März.pdf")
    raw = message(alternatives=[entry], attachments=[paper]).fill(delivery())
    mail = parsed(raw)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/pdf",
    ]  # fmt: skip
    (attached,) = [part for part in mail.walk() if part.get_filename()]
    assert attached.get_filename() == "Agenda – März.pdf"
    assert attached.get_payload(decode=True) == paper.content
    assert fit_for_the_wire(raw)


def test_a_slot_the_delivery_does_not_have_is_an_error_and_never_an_empty_place():
    with pytest.raises(KeyError):
        Message("S", slot("unheard_of"), partnership=LEEDS).fill(delivery())


@pytest.mark.parametrize("address", ["a b@example.org", "a\r\nb@example.org", "ädä@example.org"])
def test_an_address_unfit_for_a_header_is_an_error(address):
    made = delivery()
    made.address = address
    with pytest.raises(ValueError):
        MESSAGE.fill(made)


def test_text_typed_by_hand_is_never_taken_for_a_slot():
    typed = "slot0000000000000000nametols {{ name }} [name] \0name\0"
    mail = parsed(Message("S", typed, partnership=LEEDS).fill(delivery()))
    assert mail.get_content().rstrip() == typed
