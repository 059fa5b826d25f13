"""Every mail of the site becomes rows in the caller's transaction, before anybody speaks to a relay."""

import email
import email.policy

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, mail_admins, send_mail
from django.db import transaction

from lcep.letters import Letter
from mailings import alarm, tasks
from mailings.blank import Blank
from mailings.models import Delivery, Mailing, Rendition
from tests.mailings.kinds import CALL, CODE, NEWS

pytestmark = pytest.mark.django_db


def mail_to(delivery: Delivery) -> email.message.EmailMessage:
    raw = Blank(delivery.mailing.rendition.body).fill(delivery)
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_any_mail_of_django_is_queued_for_each_recipient_alone():
    assert send_mail("Hello", "Text", None, ["Ada@Example.org", "ben@example.org", "BEN@example.org"]) == 1
    ada, ben = Delivery.objects.order_by("id")
    assert (ada.address, ben.address) == ("Ada@example.org", "ben@example.org")
    assert str(mail_to(ada)["To"]) == "Ada@example.org", "nobody sees the others"
    mailing = Mailing.objects.get()
    assert (mailing.kind, mailing.state, mailing.candidates, mailing.prepared) == ("plain", "sending", 2, 2)


def test_copies_and_attachments_and_html_are_kept():
    sender, to, hidden = "Somebody <x@example.org>", ["a@example.org"], ["b@example.org"]
    message = EmailMultiAlternatives("Papers", "See the file.", sender, to, hidden, cc=["c@example.org"])
    message.attach_alternative("<p>See the <b>file</b>.</p>", "text/html")
    message.attach("agenda.txt", "1. Words\n", "text/plain")
    message.send()
    assert Delivery.objects.count() == 3
    mail = mail_to(Delivery.objects.first())
    assert str(mail["From"]) == "Somebody <x@example.org>"
    assert "<b>file</b>" in mail.get_body(("html",)).get_content()
    assert [part.get_filename() for part in mail.iter_attachments()] == ["agenda.txt"]


def test_a_mail_that_is_only_html_keeps_it():
    message = EmailMessage("Hello", "<p>Hello</p>", None, ["a@example.org"])
    message.content_subtype = "html"
    message.send()
    assert "<p>Hello</p>" in mail_to(Delivery.objects.get()).get_body(("html",)).get_content()


def test_a_letter_keeps_the_rules_of_its_kind(leeds, ada):
    words = "123456 is your code", "123456", "<p>123456</p>"
    Letter(CODE, "ada@example.org", *words, member=ada, partnership=leeds).send()
    mailing = Mailing.objects.get()
    assert (mailing.kind, mailing.priority, mailing.marketing, mailing.in_doubt) == ("test code", 0, False, "repeat")
    assert mailing.late_after - mailing.started_at == CODE.late_after
    assert mailing.subject == "A code", "a subject may hold the code"
    assert mailing.rendition.secret
    mail = mail_to(mailing.deliveries.get())
    assert str(mail["From"]) == "LeedsCEP <leedscep@localhost>"
    assert str(mail["Reply-To"]) == "hello@leedscep.example.org"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_letter_with_the_key_of_another_is_the_other(leeds, ada):
    for word in ("first", "second"):
        Letter(CALL, "ada@example.org", word, word, partnership=leeds, key="meeting 1").send()
    assert Mailing.objects.get().subject == "first"
    assert Delivery.objects.count() == Rendition.objects.count() == 1


def test_a_long_key_is_still_a_key(ada):
    for _ in range(2):
        Letter(CALL, "ada@example.org", "S", "T", key="x" * 500).send()
    assert Mailing.objects.count() == 1


def test_marketing_to_one_person_needs_consent_too(leeds, ada, cy, relay, send, states):
    for member in (ada, cy):
        Letter(NEWS, member.mail_to, "News", "Text", member=member, partnership=leeds).send()
    send()
    assert states() == {"ada@example.org": "sent", "cy@example.org": "skipped"}
    assert relay.taken[0].message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_rolled_back_was_never_a_mail():
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail("Hello", "Text", None, ["ada@example.org"])
        raise RuntimeError
    assert not Mailing.objects.exists()


def test_an_address_that_is_none_fails_with_a_reason_and_does_not_hurt_the_others(relay, send, states):
    send_mail("Hello", "Text", None, ["no address", "ädä@example.org", "ada@example.org"])
    assert send() == {"sent": 1}
    assert sorted(states().values()) == ["failed", "failed", "sent"]
    reasons = set(Delivery.objects.filter(state="failed").values_list("reason", flat=True))
    assert reasons == {"This is no address that mail can be sent to"}


@pytest.mark.parametrize("headers", [{"X-Note": "a\r\nBcc: b@example.org"}, {"X\nY": "a"}])
def test_a_header_of_two_lines_is_refused_and_nothing_is_queued(headers):
    with pytest.raises(BadHeaderError):
        EmailMessage("Hello", "Text", None, ["ada@example.org"], headers=headers).send()
    assert not Mailing.objects.exists()


def test_what_a_mail_says_once_cannot_be_said_twice():
    headers = {"Message-ID": "<mine@example.org>", "Date": "never", "X-Note": "kept", "To": "all@example.org"}
    EmailMessage("Hello\r\nBcc: x@example.org", "Text", None, ["ada@example.org"], headers=headers).send()
    mail = mail_to(delivery := Delivery.objects.get())
    assert mail.get_all("Message-ID") == [f"<{delivery.public_id}@localhost>"]
    assert mail.get_all("To") == ["ada@example.org"]
    assert (mail["X-Note"], mail["Bcc"], len(mail.get_all("Date"))) == ("kept", None, 1)


def test_a_mail_to_nobody_is_no_mail(settings):
    settings.ADMINS = []
    mail_admins("Hello", "Text")
    assert EmailMessage("Hello", "Text").send() == 0
    assert not Mailing.objects.exists()


def test_one_wake_for_many_mails_and_only_after_the_commit(django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.wake, "delay", lambda: rung.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(20):
            send_mail("Hello", "Text", None, [f"person{number}@example.org"])
        assert not rung
    assert rung == [1]


def test_a_broker_that_is_gone_is_a_line_in_the_log(django_capture_on_commit_callbacks, monkeypatch, caplog):
    def gone():
        raise ConnectionError("redis is not there")

    monkeypatch.setattr(tasks.wake, "delay", gone)
    with django_capture_on_commit_callbacks(execute=True):
        send_mail("Hello", "Text", None, ["ada@example.org"])
    assert "No sender could be woken" in caplog.text
    assert Delivery.objects.get().state == "queued", "the next sweep finds it"


def test_a_redis_that_is_gone_for_real_raises_nothing(settings, monkeypatch):
    from celery import Celery

    app = Celery("gone", broker="redis://127.0.0.1:1/0", set_as_current=False)
    app.conf.task_publish_retry = False
    app.conf.broker_transport_options = {"socket_connect_timeout": 0.2, "max_retries": 0}
    monkeypatch.setattr(alarm, "_has_rung_enough", lambda: False)

    @app.task
    def wake():
        """Never reached."""

    monkeypatch.setattr(tasks.wake, "delay", wake.delay)
    alarm.ring()
