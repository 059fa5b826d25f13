"""What comes back counts once, only with our signature on it, and says in words why somebody is not written to."""

import socketserver
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from mailings import inbox
from mailings.envelope import return_path
from mailings.inbox import Maildir, opened, take
from mailings.models import Delivery, Feedback
from mailings.sweep import Sweep, advance
from members.models import Suppression
from tests.mailings.conftest import crowd

pytestmark = pytest.mark.django_db

NOTIFICATION = """From: MAILER-DAEMON@relay.example.net
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.net

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
--B--
"""
SPAM = """From: feedback@provider.example
To: {to}
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.
--B
Content-Type: message/feedback-report

Feedback-Type: {sort}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{path}>
--B
Content-Type: text/rfc822-headers

From: leedscep@localhost
Subject: News
--B--
"""
UNTIDY = """From: Mail Delivery System <Mailer-Daemon@exim.example.net>
To: {to}
Auto-Submitted: auto-replied
X-Failed-Recipients: ada@example.org
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.org
    SMTP error from remote mail server after RCPT TO:<ada@example.org>:
    550 5.1.1 User unknown
"""
HOLIDAY = """From: ada@example.org
To: {to}
Subject: Out of office: News
Auto-Submitted: auto-replied

I am away until Monday. Delivery of your message to other recipients has failed me before; user unknown.
"""


@pytest.fixture
def box(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def came(box):
    """Put a message into the box, read the box, and return the counts."""

    def read(text: str, name: str = "1.test") -> dict[str, int]:
        (box / "new" / name).write_bytes(text.replace("\n", "\r\n").encode())
        return take(Maildir(box))

    return read


@pytest.fixture
def sent(newsletter, ada, dee):
    """A newsletter that went to Ada and Dee; return the delivery to Ada, and mail for as many more as asked."""

    def make(key: str = "news") -> Delivery:
        mailing = newsletter(key=key)
        advance()
        mailing.deliveries.update(state="sent", attempt=1)
        return mailing.deliveries.get(member=ada)

    return make


def notification(delivery, status="5.1.1", action="failed", words="550 5.1.1 no such user") -> str:
    return NOTIFICATION.format(to=return_path(delivery.pk), status=status, action=action, words=words)


def is_written_to(delivery) -> bool:
    return not Suppression.objects.of(delivery.key, delivery.mailing.partnership).exists()


@pytest.mark.parametrize(
    ("status", "words", "kind", "sentence"),
    [
        ("5.1.1", "550 no such user", "hard", "this address does not work"),
        ("5.2.1", "550 mailbox disabled", "hard", "this address does not work"),
        ("5.0.0", "550 User unknown in virtual mailbox table", "hard", "this address does not work"),
        ("5.2.2", "552 over quota", "soft", "mailbox is full"),
        ("4.2.2", "452 over quota", "soft", "mailbox is full"),
        ("5.7.1", "554 blocked: user unknown to us", "soft", "refuses our mail"),
        ("4.4.7", "message expired", "soft", "could not be reached"),
        ("5.0.0", "554 something", "soft", "did not take it"),
        ("nonsense", "", "soft", "did not take it"),
    ],
)
def test_a_notification_says_whether_the_address_is_gone(came, box, sent, status, words, kind, sentence):
    delivery = sent()
    assert came(notification(delivery, status, words=words)) == {"read": 1, "left": 0, "failed": 0}
    feedback = Feedback.objects.get()
    assert (feedback.delivery, feedback.kind) == (delivery, kind)
    assert sentence in feedback.reason
    assert is_written_to(delivery) == (kind == "soft")
    assert not list((box / "new").iterdir())
    delivery.refresh_from_db()
    assert delivery.state == "sent", "it was handed over, and then this came back"


def test_who_bounced_for_good_gets_no_mail_of_any_partnership(came, sent, elsewhere):
    delivery = sent()
    came(notification(delivery))
    assert Suppression.objects.of(delivery.key, elsewhere).get().get_reason_display() == "the address does not work"


def test_soft_bounces_of_three_mailings_are_enough_and_of_one_are_not(came, sent):
    first = sent("one")
    for number in range(4):
        came(notification(first, "4.2.2") + f"\n{number}")
    assert Feedback.objects.count() == 4
    assert is_written_to(first)
    came(notification(sent("two"), "5.2.2"))
    assert is_written_to(first)
    came(notification(sent("three"), "4.4.7"))
    assert not is_written_to(first)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_delay_or_a_success_is_read_and_counts_for_nothing(came, sent, action):
    assert came(notification(sent(), "4.0.0", action))["read"] == 1
    assert not Feedback.objects.exists()


def test_a_spam_report_ends_the_mail_of_this_partnership_alone(came, sent, elsewhere):
    delivery = sent()
    report = SPAM.format(to="abuse@localhost", path=return_path(delivery.pk), sort="abuse")
    assert came(report)["read"] == 1
    assert not is_written_to(delivery)
    assert not Suppression.objects.of(delivery.key, elsewhere).exists()
    assert Feedback.objects.get().reason == "They marked it as spam."


def test_a_report_that_it_is_no_spam_counts_for_nothing(came, sent):
    delivery = sent()
    assert came(SPAM.format(to="a@localhost", path=return_path(delivery.pk), sort="not-spam"))["read"] == 1
    assert not Feedback.objects.exists()


def test_an_untidy_bounce_is_read_too(came, sent):
    delivery = sent()
    assert came(UNTIDY.format(to=return_path(delivery.pk)))["read"] == 1
    assert Feedback.objects.get().kind == "hard"
    assert not is_written_to(delivery)


def test_an_automatic_answer_never_counts_and_stays_for_a_person(came, box, sent):
    delivery = sent()
    assert came(HOLIDAY.format(to=return_path(delivery.pk))) == {"read": 0, "left": 1, "failed": 0}
    assert not Feedback.objects.exists()
    assert [path.name for path in (box / "cur").iterdir()] == ["1.test:2,S"]
    assert take(Maildir(box)) == {"read": 0, "left": 0, "failed": 0}


@pytest.mark.parametrize("made", ["nobody@localhost", "b+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@localhost"])
def test_a_bounce_without_our_signature_counts_for_nothing(came, sent, made):
    delivery = sent()
    forged = notification(delivery).replace(return_path(delivery.pk), made)
    assert came(forged)["left"] == 1
    assert came(SPAM.format(to=made, path=made, sort="abuse"))["left"] == 1
    assert is_written_to(delivery) and not Feedback.objects.exists()


def test_a_signed_path_whose_case_was_changed_on_the_way_counts(came, sent):
    delivery = sent()
    path = return_path(delivery.pk)
    came(notification(delivery).replace(path, path.upper()))
    assert Feedback.objects.exists()


def test_the_same_message_read_twice_counts_once(came, sent):
    delivery = sent()
    came(notification(delivery, "4.2.2"), "1.a")
    came(notification(delivery, "4.2.2"), "2.b")
    assert Feedback.objects.count() == 1


def test_a_message_stays_until_its_effect_is_committed(box, came, sent, monkeypatch):
    delivery = sent()

    def no_room(*args, **kwargs):
        raise inbox.DatabaseError("away")

    monkeypatch.setattr(Suppression, "add", no_room)
    with pytest.raises(inbox.DatabaseError):
        came(notification(delivery))
    assert len(list((box / "new").iterdir())) == 1
    assert not Feedback.objects.exists()
    monkeypatch.undo()
    assert take(Maildir(box))["read"] == 1
    assert not is_written_to(delivery)


def test_a_message_that_breaks_a_reader_does_not_keep_the_others_from_being_read(box, came, sent, monkeypatch):
    delivery = sent()

    def breaks(post):
        if b"poison" in post.raw:
            raise RecursionError
        return False

    monkeypatch.setattr(inbox, "readers", inbox.Shelf(inbox.readers.parts | {"poison": (1, breaks)}))
    (box / "new" / "0.first").write_bytes(b"Subject: poison\r\n\r\n")
    assert came(notification(delivery)) == {"read": 1, "left": 0, "failed": 1}


def test_other_apps_read_their_own_mail(box, came, monkeypatch):
    monkeypatch.setattr(inbox, "readers", inbox.Shelf({"calendar": (50, lambda post: b"BEGIN:VCALENDAR" in post.raw)}))
    assert came("Subject: Accepted\n\nBEGIN:VCALENDAR\n")["read"] == 1
    assert came("Subject: Something else\n\nHello\n")["left"] == 1


def test_whom_the_relay_does_not_know_counts_once_the_mailing_is_over(newsletter, leeds, ada):
    crowd(leeds, 20)
    mailing = newsletter()
    advance()
    mailing.deliveries.update(state="sent")
    mailing.deliveries.filter(member=ada).update(
        state="failed", code=550, reason="This address does not work: their mail server does not know it."
    )
    Sweep().run()
    Sweep().run()
    assert Feedback.objects.count() == 1
    assert Suppression.objects.filter(key=ada.key).exists()


def test_a_relay_that_knows_nobody_does_not_empty_the_list(newsletter, leeds):
    crowd(leeds, 20)
    mailing = newsletter()
    advance()
    mailing.deliveries.update(
        state="failed", code=550, reason="This address does not work: their mail server does not know it."
    )
    Sweep().run()
    assert not Feedback.objects.exists() and not Suppression.objects.exists()


def test_the_command_reads_the_box(settings, box, sent, capsys):
    settings.INBOX_URL = f"maildir://{box}"
    (box / "new" / "1").write_text(notification(sent()))
    call_command("take_mail")
    assert '"read": 1' in capsys.readouterr().out
    settings.INBOX_URL = ""
    with pytest.raises(CommandError, match="INBOX_URL is not set"):
        call_command("take_mail")


@pytest.mark.parametrize("url", ["pop3://host/", "maildir://host/path", "imaps://host/", "imaps://"])
def test_an_inbox_that_cannot_be_is_refused_in_words(url):
    with pytest.raises(ImproperlyConfigured, match="INBOX_URL"):
        opened(url)


def test_over_imap_what_is_read_is_removed_and_what_is_not_is_marked_as_seen(sent):
    delivery = sent()
    messages = {7: notification(delivery), 9: "Subject: Hello\n\nA person wrote.\n"}
    with ImapServer(messages) as server:
        url = f"imap://bounces:se%40cret@127.0.0.1:{server.port}/Some%20Folder"
        assert take(opened(url)) == {"read": 1, "left": 1, "failed": 0}
        assert take(opened(url)) == {"read": 0, "left": 0, "failed": 0}
    assert list(messages) == [9]
    assert server.seen == {9}
    assert server.said[0] == 'LOGIN bounces "se@cret"'
    assert 'SELECT "Some Folder"' in server.said
    assert not is_written_to(delivery)


class ImapServer:
    """As much of IMAP (RFC 3501, RFC 4315) as a client needs that reads, marks and removes."""

    def __init__(self, messages: dict[int, str]) -> None:
        self.messages, self.seen, self.deleted, self.said = messages, set(), set(), []
        outer = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, command = line.decode().strip().partition(" ")
                    outer.said.append(command)
                    self.wfile.write(outer.answer(command) + f"{tag} OK done\r\n".encode())
                    if command == "LOGOUT":
                        return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()
        self.said[:] = [line for line in self.said if line != "CAPABILITY"]

    def answer(self, command: str) -> bytes:
        words = command.split()
        if words[0] == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n"
        if words[0] == "SELECT":
            return b"* %d EXISTS\r\n" % len(self.messages)
        if words[:2] == ["UID", "SEARCH"]:
            unseen = [str(number) for number in self.messages if number not in self.seen | self.deleted]
            return f"* SEARCH {' '.join(unseen)}\r\n".encode()
        if words[:2] == ["UID", "FETCH"]:
            raw = self.messages[int(words[2])].replace("\n", "\r\n").encode()
            return b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (words[2].encode(), len(raw), raw)
        if words[:2] == ["UID", "STORE"]:
            (self.deleted if "Deleted" in command else self.seen).add(int(words[2]))
        if words[:2] == ["UID", "EXPUNGE"] and int(words[2]) in self.deleted:
            del self.messages[int(words[2])]
        return b""
