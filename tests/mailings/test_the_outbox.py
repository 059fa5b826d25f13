"""Every mail of the site becomes rows first."""

import email
import email.policy

import pytest
from django.core.mail import EmailMessage, send_mail

from lcep.letters import SERVICE, Kind, Letter
from mailings.models import Delivery, Mailing
from mailings.message import Blank

pytestmark = pytest.mark.django_db


def test_any_mail_of_django_is_queued():
    send_mail("Hello", "Text", None, ["Ada@Example.org", "ben@example.org"])
    assert [d.address for d in Delivery.objects.order_by("id")] == ["Ada@example.org", "ben@example.org"]
    m = Mailing.objects.get()
    d = Delivery.objects.first()
    print(Blank(m.rendition.body).fill(d).decode())
    print(m.late_after, m.send_at, m.started_at, d.due_at)
