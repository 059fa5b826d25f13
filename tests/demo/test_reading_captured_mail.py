"""Captured mail is shown as text, HTML and source, and nothing in it can hurt whoever looks."""

# ruff: noqa: E501 - the samples are mails, a line each

import os
import random
from email.message import EmailMessage

import pytest
from django.urls import reverse

from demo.mails import Maildir
from trust.headers import MAIL_POLICY

pytestmark = pytest.mark.django_db


def newsletter(to: str = "Ben Thimble <ben@example.org>", subject: str = "Winter light") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "LeedsCEP <leedscep@localhost>", to, subject
    mail["List-Unsubscribe"] = "<http://localhost:8000/u/abcDEF_-1/one-click/>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content("Dear Ben,\n\nRead it: http://localhost:8000/partnerships/leedscep/newsletters/6/\n")
    mail.add_alternative(
        '<p style="color:#333">Dear <b>Ben</b>, <a href="http://localhost:8000/u/abcDEF_-1/">your choices</a></p>',
        subtype="html",
    )
    return mail.as_bytes()


def page(client, name: str = "", *, part: str = "message"):
    return client.get(reverse(f"demo:{part}", args=[name]) if name else reverse("demo:mail"))


def test_without_mail_the_page_says_what_will_be_there(client, maildir):
    assert "Mail appears here" in page(client).content.decode()


def test_without_a_maildir_too(client, settings, tmp_path):
    settings.LCEP_VAR = tmp_path / "nothing"

    assert page(client).status_code == 200


def test_the_newest_mail_stands_first_wherever_it_is_kept(client, captured):
    captured(newsletter(subject="First"), box="cur", name="1.2_3_4.lcep:2,S")
    captured(newsletter(subject="Second"))

    words = page(client).content.decode()

    assert words.index("Second") < words.index("First")
    assert "Ben Thimble &lt;ben@example.org&gt;" in words
    assert "text and HTML" in words
    assert page(client, "1.2_3_4.lcep:2,S").status_code == 200


def test_one_mail_as_text_html_and_source(client, captured):
    name = captured(newsletter())

    words = page(client, name).content.decode()

    assert "Dear Ben," in words
    assert '<a href="http://localhost:8000/partnerships/leedscep/newsletters/6/" rel="nofollow">' in words
    assert f'<iframe class="mail-frame" sandbox title="The mail as HTML" src="/demo/mail/{name}/html/"' in words
    assert '<a href="http://localhost:8000/u/abcDEF_-1/" rel="nofollow noreferrer">your choices</a>' in words
    assert b"<b>Ben</b>" in page(client, name, part="message_html").content
    source = page(client, name, part="message_source")
    assert source.content == newsletter_of(name)
    assert source.headers["Content-Type"] == "text/plain; charset=utf-8"


def newsletter_of(name: str) -> bytes:
    return Maildir().get(name).path.read_bytes()


def test_the_frame_holds_nothing_but_the_mail(client, captured):
    answer = page(client, captured(newsletter()), part="message_html")

    assert answer.headers["Content-Security-Policy"] == MAIL_POLICY
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_button_of_a_mail_program_posts_the_one_click_address(client, captured):
    words = page(client, captured(newsletter())).content.decode()

    assert '<form method="post" action="/u/abcDEF_-1/one-click/">' in words
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in words


@pytest.mark.parametrize(
    "header",
    [
        b"List-Unsubscribe: <http://evil.example/u/x/>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
        b"List-Unsubscribe: <http://localhost:8000.evil.example/u/x/>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
        b"List-Unsubscribe: <http://localhost:8000/admin/logout/>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
        b"List-Unsubscribe: <http://localhost:8000/u/x/>",
    ],
)
def test_no_other_address_gets_that_button(client, captured, header):
    name = captured(header + b"\nTo: ben@example.org\n\nHello\n")

    assert "One-Click" not in page(client, name).content.decode().partition('<h2 id="source">')[0]


def test_mail_is_searched_by_recipient(client, captured):
    captured(newsletter(to="ada@example.org", subject="For Ada"))
    captured(newsletter(to="ben@example.org", subject="For Ben"))
    captured(b"Delivered-To: ada@example.org\nTo: a list\nSubject: Envelope\n\nx\n")

    words = client.get(reverse("demo:mail"), {"to": "ADA@"}).content.decode()

    assert "For Ada" in words and "Envelope" in words and "For Ben" not in words
    assert "2 mails to" in words
    assert "0 mails" in client.get(reverse("demo:mail"), {"to": "<script>"}).content.decode()


def test_many_mails_come_in_pages(client, captured):
    for number in range(60):
        captured(newsletter(subject=f"Mail {number}!"))

    first = client.get(reverse("demo:mail"), {"to": "ben"}).content.decode()
    second = client.get(reverse("demo:mail"), {"to": "ben", "page": "2"}).content.decode()

    assert "Mail 59!" in first and "Mail 5!" not in first
    assert "Mail 5!" in second and "?to=ben&amp;page=1" in second
    assert client.get(reverse("demo:mail"), {"page": "-7"}).status_code == 200


HOSTILE = {
    "nothing": b"",
    "only line ends": b"\n\n\n",
    "no headers": b"just some words\nand more\n",
    "binary": bytes(range(256)) * 40,
    "script": b"Subject: <script>alert(1)</script>\nTo: \"<img src=x onerror=alert(1)>\" <a@example.org>\n\n</pre><script>alert(2)</script>\n",
    "broken encoded words": b"Subject: =?utf-8?B?////=?= =?no-such?Q?=ff?= =?utf-8?Q?=E2=82?=\nTo: =?utf-8?b?AA==?= <a@example.org>\n\nx\n",
    "header injection": b"Subject: =?utf-8?q?one=0D=0ABcc:_all@example.org?=\nTo: a@example.org\n\nx\n",
    "bytes in headers": "Subject: Zoë \u202egnp.exe\nTo: a@example.org\n\nx\n".encode() + b"\xff\xfe",
    "unknown charset": b"Content-Type: text/plain; charset=\"no-such-thing\"\nTo: a@example.org\n\nhallo\xe9\n",
    "a codec that makes half pairs": b"Content-Type: text/plain; charset=utf-7\nTo: a@example.org\n\n+2AA- and on\n",
    "another": b"Content-Type: text/html; charset=unicode_escape\nTo: a@example.org\n\n\\ud800 <p>hallo</p>\n",
    "a codec that is none": b"Content-Type: text/plain; charset=rot13\nTo: a@example.org\n\nuryyb\n",
    "broken base64": b"Content-Type: text/html\nContent-Transfer-Encoding: base64\nTo: a@example.org\n\n@@@ not base64 @@\n",
    "a multipart without a boundary": b"Content-Type: multipart/alternative\nTo: a@example.org\n\nhallo\n",
    "a multipart that never ends": b"Content-Type: multipart/mixed; boundary=b\nTo: a@example.org\n\n--b\n\nfirst\n--b\n",
    "broken file name": b"Content-Type: text/plain; name*=no-such''%ff%fe; name*0=\"a\"; name*2=\"b\"\nContent-Disposition: attachment; filename*=x'y'%E0\nTo: a@example.org\n\nx\n",
    "path as file name": b"Content-Disposition: attachment; filename=\"../../../etc/passwd\"\nTo: a@example.org\n\nx\n",
    "links that run": b"Content-Type: text/html\nTo: a@example.org\n\n<a href=\"javascript:alert(1)\">one</a><a href=\"//evil.example\">two</a><a href=\"http://[broken\">three</a><![weird[<a href",
    "thousands of parts": b"Content-Type: multipart/mixed; boundary=b\nTo: a@example.org\n\n" + b"--b\nContent-Type: text/plain\n\nx\n" * 3000 + b"--b--\n",
    "parts in parts without end": b"To: a@example.org\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1200)),
    "a mail in a mail": b"Content-Type: message/rfc822\nTo: a@example.org\n\nSubject: inner\n\ninner words\n",
    "a header without end": b"Subject: " + b"x" * 300_000 + b"\nTo: a@example.org\n\nx\n",
    "a very long word": b"To: a@example.org\n\n" + b"http://" * 30_000,
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_broken_or_hostile_mail_comes_out_harmless(client, captured, source):
    name = captured(source)

    listed, shown = page(client), page(client, name)
    framed, kept = page(client, name, part="message_html"), page(client, name, part="message_source")

    assert [answer.status_code for answer in (listed, shown, framed, kept)] == [200] * 4
    words = (listed.content + shown.content).decode()
    assert "<script>alert" not in words
    assert "<img src=x" not in words
    assert 'href="javascript:' not in words
    assert "\u202e" not in words
    assert framed.headers["Content-Security-Policy"] == MAIL_POLICY
    assert kept.content == source


def test_random_damage_is_harmless_too(client, captured):
    chance = random.Random(7)
    for _ in range(60):
        source = bytearray(newsletter())
        for _ in range(chance.randrange(1, 80)):
            source[chance.randrange(len(source))] = chance.randrange(256)
        name = captured(bytes(source))
        assert page(client, name).status_code == 200
        assert page(client, name, part="message_html").status_code == 200
    assert page(client).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../secret",
        "..%2fsecret",
        "%2e%2e/secret",
        "new",
        ".hidden",
        "secret",
        "link",
        "x\0y",
        "%00",
        "a" * 5000,
        "~",
        "new/1",
    ],
)
def test_only_files_of_the_maildir_are_mails(client, maildir, captured, name):
    captured(newsletter())
    for place in (maildir / "secret", maildir.parent / "secret", maildir / "new" / ".hidden", maildir / "tmp" / "new"):
        place.write_text("Subject: secret\n\nthe secret\n")
    os.symlink(maildir / "secret", maildir / "new" / "link")
    (maildir / "new" / "a-folder").mkdir()

    for end in ("", "html/", "source/"):
        answer = client.get(f"/demo/mail/{name}/{end}")
        assert answer.status_code == 404 or "the secret" not in answer.content.decode()
    assert "secret" not in page(client).content.decode()


def test_a_mail_that_vanishes_is_not_found(client, captured, maildir):
    name = captured(newsletter())
    (maildir / "new" / name).unlink()

    assert page(client, name).status_code == 404


def test_strange_file_times_are_no_error(client, captured, maildir):
    name = captured(newsletter())
    os.utime(maildir / "new" / name, (2**40, 2**40))

    assert page(client).status_code == 200


def test_nothing_but_looking_is_possible(client, captured):
    name = captured(newsletter())

    for address in ("/demo/", "/demo/mail/", f"/demo/mail/{name}/", f"/demo/mail/{name}/html/"):
        assert client.post(address).status_code == 405
