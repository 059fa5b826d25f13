"""After "Forget me" no planted string is left in the database, in files or in logs; what stays names nobody."""

import logging
import time
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lcep import site
from mailings.models import Delivery, Mailing
from mailings.sweep import advance
from members import emails
from members.models import (
    AddressChange,
    Consent,
    DataComplaint,
    JoinRequest,
    Member,
    Membership,
    Note,
    Suppression,
    Wording,
)
from members.rights import everything, forgetting
from partnerships.models import Enquiry, Organisation, Stewardship
from tests import factories
from tests.mailings.kinds import NEWS
from trust.addresses import key_of

PLANTED = "xanthippe"
ADDRESS = "Xanthippe.Quill@planted.example.org"


@pytest.fixture
def person(leeds, dee, pod, caplog, relay, send):
    """Somebody who used everything there is, each time leaving a string to look for."""
    caplog.set_level(logging.DEBUG)
    asked, code = JoinRequest.ask(leeds, ADDRESS, with_events=True, wording=Wording.of("Join"))
    emails.join_code(asked, code).send()
    member = asked.confirm()
    member.name = "Xanthippe Quill"
    member.organisation = Organisation.objects.called("Xanthippe's Studio", leeds)
    member.sector = "freelance"
    member.save()
    member.areas.set(leeds.places.all())
    pod.join(member)
    pod.appointments.create(member=member, role="lead", line="I am Xanthippe")
    ended = pod.appointments.create(member=member, role="member", since="2020-01-01")
    ended.step_down(on=timezone.localdate(), reason="Xanthippe moved")
    Note.objects.create(member=member, partnership=leeds, text="Xanthippe likes tea", by=dee)
    for typed in (ADDRESS, ADDRESS.upper(), "xanthippe.quill@planted.example.org"):
        Enquiry.objects.create(
            partnership=leeds, reader="manager", email=typed, text="Xanthippe asks", name="Xanthippe"
        )
    complaint = DataComplaint.objects.create(
        partnership=leeds, member=member, email=ADDRESS, name="Xanthippe", text="Xanthippe is not amused"
    )
    emails.data_complaint_received(complaint).send()
    complaint.close("Dear Xanthippe", by=dee)
    emails.data_complaint_answered(complaint).send()
    AddressChange.ask(member, "xanthippe.new@planted.example.org")
    Mailing.schedule(NEWS, key="sent", partnership=leeds, subject="News", delay=timedelta(0))
    send()
    Mailing.schedule(NEWS, key="queued", partnership=leeds, subject="News", delay=timedelta(0))
    advance()
    Delivery.objects.filter(member=member, state="sent").update(reply="550 <xanthippe.quill@planted.example.org>")
    begun = Client()
    begun.post(reverse("account_login"), {"email": ADDRESS})
    return member


@pytest.fixture
def signed_in(as_member):
    def fresh(member):
        client = as_member(member)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "code", "email": member.email, "at": time.time()},
            *([{"method": "mfa", "type": "totp", "at": time.time()}] if member.is_staff else []),
        ]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
        return client

    return fresh


def dump() -> str:
    """Every row of every table, the text in bytes and in packed sessions too."""
    from django.contrib.sessions.models import Session

    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [f"{table}: {_plain(value)}" for row in cursor.fetchall() for value in row]
    lines += [repr(session.get_decoded()) for session in Session.objects.all()]
    return "\n".join(lines).lower()


def _plain(value) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def files() -> str:
    """Every file the site keeps beside its database; a database's own file is dumped row by row."""
    found = [path for path in Path(settings.LCEP_VAR).rglob("*") if path.is_file() and "sqlite3" not in path.name]
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in found).lower()


def test_the_planted_strings_are_there_to_be_found(person):
    assert dump().count(PLANTED) > 20


def test_after_forget_me_no_trace_is_left(person, signed_in, caplog, relay, send, pod):
    client = signed_in(person)
    assert "What stays, and why" in client.get(reverse("members:forget_me")).content.decode()
    assert client.post(reverse("members:forget_me")).url == reverse("members:forgotten")

    found = dump()
    assert PLANTED not in found, [line for line in found.splitlines() if PLANTED in line]
    assert PLANTED not in files()
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the relay's own talk
    assert PLANTED not in "\n".join(ours).lower()
    assert client.get(reverse("members:me")).status_code == 302

    relay.taken.clear()
    send()
    assert relay.recipients() == ["dee@example.org"]
    assert not pod.memberships.current().exists() and not pod.appointments.current().exists()


def test_the_ledger_and_the_numbers_stay(person, leeds):
    before = list(Consent.objects.filter(member=person).values_list("pk", flat=True))
    deliveries = Delivery.objects.count()
    forgetting.forget(person)
    kept = Consent.objects.filter(member=person)
    assert set(before) < set(kept.values_list("pk", flat=True))
    assert kept.last().how == Consent.How.FORGOTTEN and not kept.last().given
    assert Delivery.objects.count() == deliveries
    assert Membership.objects.filter(member=person, left_at__isnull=False).exists()


def test_forgetting_twice_changes_nothing(person):
    forgetting.forget(person)
    before = dump()
    forgetting.forget(person)
    assert dump() == before


def test_no_list_brings_somebody_back_but_they_themselves_may_come_back(person, leeds):
    forgetting.forget(person)
    key = key_of(ADDRESS.lower())
    assert Suppression.objects.filter(key=key, reason="forgotten", partnership=None).exists()
    asked, _ = JoinRequest.ask(leeds, ADDRESS, with_events=False, wording=Wording.of("Join"))
    assert not Suppression.objects.filter(key=key).exists()
    again = asked.confirm()
    assert again.pk != person.pk and again.memberships.current().exists()


def test_who_asked_to_come_back_and_did_not_confirm_is_forgotten_again(person, leeds):
    forgetting.forget(person)
    JoinRequest.ask(leeds, ADDRESS, with_events=False, wording=Wording.of("Join"))
    JoinRequest.objects.update(expires_at=timezone.now())
    JoinRequest.objects.over()
    assert Suppression.objects.filter(key=key_of(ADDRESS.lower()), reason="forgotten").exists()


def test_every_other_reason_not_to_write_survives_joining_and_forgetting(leeds, dee):
    for reason in ("not-me", "bounced", "spam", "asked"):
        address = f"{reason}@example.org"
        Suppression.add(key_of(address), reason)
        forgetting.forget(factories.member(address))
        JoinRequest.ask(leeds, address, with_events=False, wording=Wording.of("Join"))
        assert Suppression.objects.get(key=key_of(address)).reason == reason


def test_whoever_holds_the_keys_hands_them_over_first(leeds, dee, signed_in):
    client = signed_in(dee)
    assert "Hand that over first" in client.get(reverse("members:forget_me")).content.decode()
    client.post(reverse("members:forget_me"))
    dee.refresh_from_db()
    assert dee.is_active
    Stewardship.objects.get(member=dee).end()
    forgetting.forget(dee)
    assert not dee.is_active


def test_a_session_left_open_first_shows_who_it_is(leeds, ben, as_member):
    as_member(ben).post(reverse("members:forget_me"))
    as_member(ben).post(reverse("members:data"), {"as": "json"})
    ben.refresh_from_db()
    assert ben.is_active


def test_an_organisation_that_others_belong_to_stays(person, leeds):
    factories.member("other@example.org").memberships.create(partnership=leeds)
    Member.objects.filter(email="other@example.org").update(organisation=person.organisation)
    forgetting.forget(person)
    assert Organisation.objects.filter(name="Xanthippe's Studio").exists()


def test_every_model_that_holds_something_about_a_person_is_reached():
    """A model with personal fields names its person by a foreign key, by an address, or through an app's own part."""
    through_a_part = {"Rendition"}  # mailings.forgetting
    unreached = []
    for model, privacy in everything.personal():
        try:
            model._meta.get_field(privacy.subject)
        except FieldDoesNotExist:
            if model is not Member and model not in everything.BY_ADDRESS and model.__name__ not in through_a_part:
                unreached.append(model.__name__)
    assert unreached == []
    assert {"mailings", "groups"} <= set(site.forgetting.parts)


def test_the_address_is_free_again(person):
    forgetting.forget(person)
    assert not EmailAddress.objects.filter(email__icontains="xanthippe").exists()
    assert Member.objects.welcome(ADDRESS).pk != person.pk


def test_who_left_everything_two_years_ago_is_forgotten_by_the_night(leeds, dee, ben, ada, capsys):
    long_ago = timezone.now() - timedelta(days=731)
    gone = factories.membership(factories.member("gone@example.org"), leeds)
    for member in (gone.member, ben):
        Membership.objects.filter(member=member).update(joined_at=long_ago, left_at=long_ago)
    call_command("retain", "--dry-run")
    assert "Would delete 1 people who left every list 2 years ago" in capsys.readouterr().out
    gone.member.refresh_from_db()
    assert gone.member.is_active

    call_command("retain")
    assert "Deleted 1 people who left every list" in capsys.readouterr().out
    gone.member.refresh_from_db(), ben.refresh_from_db()
    assert not gone.member.is_active and ben.is_active, "Ben still belongs to a pod"
    call_command("retain")
    assert "Nothing is over its time." in capsys.readouterr().out


def test_the_night_keeps_to_its_limits(leeds, dee, ben, capsys):
    now = timezone.now()
    for days in (364, 366):
        Enquiry.objects.create(
            partnership=leeds, reader="manager", email="a@example.org", text="?", received_at=now - timedelta(days)
        )
    for days in (3 * 365 - 1, 3 * 365 + 1):
        DataComplaint.objects.create(text="?", answered_at=now - timedelta(days))
    call_command("retain")
    said = capsys.readouterr().out
    assert "Deleted 1 enquiries after 12 months." in said
    assert Enquiry.objects.count() == DataComplaint.objects.count() == 1
