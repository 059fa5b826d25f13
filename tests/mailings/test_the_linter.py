"""The linter finds in the built mail what would break it, the law, or somebody's reading of it."""

import re
import uuid

import pytest

from mailings.linter import contrast, flaws
from mailings.message import Message
from mailings.models import Delivery
from mailings.rehearsal import KIND, _newsletter
from mailings.slots import slot
from members.models import Member
from partnerships.models import Partnership

LEEDS = Partnership(pk=7, slug="leedscep", name="LeedsCEP", mailbox="hello@leedscep.example.org")
TEXT = f"{slot('greeting')}\n\nRead on: https://example.org/news/1\n\nChoose: {slot('choices_url')}\n"
HTML = (
    '<html lang="en"><body style="color:#222222;background:#ffffff"><p>{greeting}</p>'
    '<p><a href="https://example.org/news/1">Read on</a> <img src="https://example.org/a.png" alt=""></p>'
    '<p><a href="{choices}">Choose</a></p></body></html>'
).format(greeting=slot("greeting"), choices=slot("choices_url"))


def filled(text=TEXT, html=HTML, **changes) -> bytes:
    options = {"partnership": LEEDS, "marketing": True, "purpose": "newsletter"} | changes
    made = Delivery.sample(Member(pk=42, mail_to="ada@example.org", name="Ada"))
    made.public_id, made.mailing_id = uuid.UUID(int=5), 9
    return Message("News", text, html, **options).fill(made)


def said(raw: bytes, marketing: bool = True) -> str:
    return "\n".join(flaw.sentence for flaw in flaws(raw, marketing=marketing))


def test_a_good_newsletter_has_no_flaw():
    assert flaws(filled(), marketing=True) == []


def test_the_newsletter_of_a_rehearsal_has_no_flaw():
    class Planned:
        subject, partnership = "A rehearsal", LEEDS

    made = Delivery.sample(Member(pk=42, mail_to="ada@example.org", name="Ada"))
    made.public_id, made.mailing_id = uuid.UUID(int=5), 9
    assert KIND.is_marketing
    assert flaws(_newsletter(Planned()).fill(made), marketing=True) == []


def test_a_good_service_mail_has_no_flaw():
    raw = filled(marketing=False, purpose="", html="", text="Your code is 123456.\n")
    assert flaws(raw, marketing=False) == []


BROKEN = [
    (lambda raw: re.sub(rb"Subject: News", b"Subject: ", raw), "no subject"),
    (lambda raw: raw.replace(b"Message-ID:", b"X-Message-ID:"), "Message-ID not at all"),
    (lambda raw: b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n" + raw, "Date twice"),
    (lambda raw: raw.replace(b"one-click/>", b">"), "one press in mail programs"),
    (lambda raw: raw.replace(b"List-Unsubscribe-Post:", b"X-Post:"), "one press is enough"),
    (lambda raw: raw.replace(b"List-Id:", b"X-Id:"), "which list it comes from (List-Id)"),
    (lambda raw: raw.replace(b"\r\n\r\n", b"\n\n", 1), "does not end as mail servers want"),
    (lambda raw: raw.replace(b"Precedence: bulk", b"Precedence: " + b"x" * 1000), "longer than 998"),
    (lambda raw: raw.replace(b"Subject: News", "Subject: Néws".encode()), "not every mail server takes"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_what_breaks_the_mail_bars_the_way(broken, words):
    raw = broken(filled())
    assert raw != filled()
    assert words in said(raw)
    assert any(flaw.bars for flaw in flaws(raw, marketing=True))


PAGES = [
    (HTML.replace(' lang="en"', ""), "which language", True),
    (HTML.replace(' alt=""', ""), "no description (alt)", True),
    (HTML.replace("#222222", "#999999"), "hard to read (contrast 2.8", True),
    (HTML.replace("<p>", '<p style="background-color: #333">', 1), "contrast 1.3", True),
    (HTML.replace("<p>", '<p onclick="x()">', 1), "mail programs take out", True),
    (HTML.replace("news/1", "news/2"), "missing in the plain text: https://example.org/news/2", False),
    (HTML.replace(slot("choices_url"), "https://example.org/"), "no link with which to choose less", True),
    (HTML.replace("</body>", "<p>long</p>" * 12_000 + "</body>"), "cut off its end", False),
    ("", "no HTML part", False),
]  # fmt: skip


@pytest.mark.parametrize(("html", "words", "bars"), PAGES, ids=[words for _, words, _ in PAGES])
def test_what_makes_the_mail_hard_to_read_is_said(html, words, bars):
    found = [flaw for flaw in flaws(filled(html=html), marketing=True) if words in flaw.sentence]
    assert [flaw.bars for flaw in found[:1]] == [bars]


def test_a_mail_without_plain_text_is_barred():
    assert "no plain text" in said(filled(text=""))


def test_a_link_in_the_text_alone_is_said():
    assert "plain text alone: https://example.org/other" in said(filled(text=TEXT + "https://example.org/other.\n"))


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
