"""What a relay says is about one person or about us, for now or for good."""

import pytest

from mailings.mime import stuffed
from mailings.replies import Reply, judge

CASES = [
    ("body", 250, "ok", "sent", False),
    ("body", 451, "4.3.0 later", "later", False),
    ("body", 421, "closing", "back", True),
    ("body", 554, "5.7.1 spam", "failed", False),
    ("body", 550, "5.7.1 rate limited", "back", True),
    ("RCPT", 550, "5.1.1 unknown", "failed", False),
    ("RCPT", 450, "4.2.0 greylisted", "later", False),
    ("RCPT", 552, "5.2.2 full", "later", False),
    ("RCPT", 452, "4.2.2 too many messages in mailbox", "later", False),
    ("RCPT", 452, "4.5.3 too many recipients", "back", True),
    ("RCPT", 530, "5.7.0 authenticate first", "back", True),
    ("MAIL", 451, "later", "back", True),
    ("MAIL", 550, "5.7.1 not you", "back", True),
    ("DATA", 451, "later", "later", False),
    ("DATA", 250, "what?", "back", True),
]


@pytest.mark.parametrize(("step", "code", "text", "verdict", "is_trouble"), CASES)
def test_a_reply_means(step, code, text, verdict, is_trouble):
    judgement = judge(step, Reply(code, text))
    assert (judgement.verdict, judgement.trouble is not None) == (verdict, is_trouble)
    assert judgement.reason or verdict in {"sent", "back"}


def test_only_what_is_about_our_mail_counts_as_a_storm():
    assert judge("body", Reply(554, "5.7.1 spam")).is_policy
    assert not judge("RCPT", Reply(550, "5.1.1 unknown")).is_policy
    assert judge("RCPT", Reply(550, "5.1.1 unknown, see section 5.7.1")).reason.startswith("This address does not work")


@pytest.mark.parametrize(
    ("mail", "wire"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".\r\n..\r\nb", b"..\r\n...\r\nb\r\n.\r\n"),
        (b"a\r\n.\r\nMAIL FROM:<x>\r\n", b"a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"),
    ],
)
def test_dots_are_doubled_and_one_ends_the_mail(mail, wire):
    assert stuffed(mail) == wire


@pytest.mark.parametrize("mail", [b"a\nb", b"a\rb", b"a\r\n.\n", b"\n.\r\n", b"a\r\r\nb"])
def test_anything_but_crlf_between_lines_never_leaves(mail):
    with pytest.raises(ValueError):
        stuffed(mail)
