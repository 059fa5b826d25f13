"""An export is safe for a spreadsheet, asked for by somebody who just showed who they are, written down, and told."""

import csv
import io
import json
import time

import pytest
from django.urls import reverse

from mailings.models import Delivery
from members import exporting
from members.importing.columns import guessed
from members.importing.reading import sheets
from members.importing.report import Report
from members.models import Consent, Membership, Suppression
from partnerships.models import Organisation
from pods.models import Appointment
from tests import factories
from trust.addresses import key_of
from trust.models import Entry

PAGE = "admin:members_membership_export"


@pytest.fixture
def fresh(as_member):
    def sign_in(member):
        client = as_member(member)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session.save()
        return client

    return sign_in


def take(client, leeds, what="people", form="csv"):
    return client.post(reverse(PAGE), {"partnership": leeds.pk, "what": what, "form": form})


def test_an_old_session_shows_again_who_it_is(leeds, dee, as_member):
    assert "reauthenticate" in as_member(dee).get(reverse(PAGE)).url or "fresh" in as_member(dee).get(reverse(PAGE)).url
    assert take(as_member(dee), leeds).status_code == 302


def test_a_person_who_is_a_formula_is_text(leeds, dee, ben, fresh):
    ben.name = "=cmd|' /C calc'!A0"
    ben.organisation = Organisation.objects.called("＋44 Ltd", leeds)
    ben.save()
    answer = take(fresh(dee), leeds)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (row,) = [row for row in rows if row["Email address"] == "ben@example.org"]
    assert answer.content.startswith(b"\xef\xbb\xbf") and "attachment" in answer["Content-Disposition"]
    assert row["Name"] == "'=cmd|' /C calc'!A0" and row["Organisation"] == "'＋44 Ltd"


def test_it_is_written_down_and_the_chair_is_told(leeds, dee, ben, ada, fresh):
    board = factories.GroupFactory(
        partnership=leeds, kind="steering", name="Steering", slug="steering", joining="appointed"
    )
    Appointment.appoint(ada, board, Appointment.Role.CHAIR)
    take(fresh(dee), leeds, "consents", "json")
    entry = Entry.objects.get(verb="exported what each agreed to, and when")
    assert entry.actor == dee and entry.detail["rows"] == Consent.objects.filter(partnership=leeds).count()
    assert list(Delivery.objects.values_list("address", "mailing__kind")) == [("ada@example.org", "exported")]


def test_every_consent_is_in_it_with_its_words(leeds, dee, ben):
    told = json.loads(exporting.export(leeds, "consents", "json", by=dee))
    mine = [row for row in told["rows"] if row["Address"] == "ben@example.org"]
    assert {row["What"] for row in mine} == {"Newsletter", "Short notices", "Invitations to events"}
    assert all(row["Words"] == "Invented." and row["Given"] == "yes" for row in mine)


def test_suppression_is_taken_out_scrambled(leeds, dee):
    Suppression.add(key_of("never@example.org"), "asked", leeds)
    text = exporting.export(leeds, "suppression", "csv", by=dee).decode()
    assert key_of("never@example.org").hex() in text and "never@example.org" not in text


def test_nothing_of_another_partnership_is_in_it(leeds, dee, ben, cy, eve, fresh):
    assert "cy@example.org" not in take(fresh(dee), leeds).content.decode()
    answer = take(fresh(eve), leeds)
    assert answer.status_code == 200 and "ben@example.org" not in answer.content.decode()
    assert not Entry.objects.filter(actor=eve, verb__startswith="exported").exists()


def test_what_was_taken_out_comes_back_as_it_was(leeds, elsewhere, dee):
    """The export of one list is read by the import of another: nothing to correct, nobody lost."""
    names = ["=1+1", "+44 113", "@home", "-", "'quoted'", "Zoë; Brontë", 'Ann "Bo" Lee', "Li\tTab", "ＡＢＣ", "'=x"]
    people = factories.on_the_list(leeds, len(names))
    for member, name in zip(people, names, strict=True):
        member.name = name
        member.save()
    content = exporting.export(leeds, "people", "csv", by=dee)
    found = sheets(content, "people.csv")
    report = Report(found, guessed(found, elsewhere), elsewhere)
    back = {line.email: line.name for line in report.lines}
    assert report.counts["new"] == len(names) + 1
    assert [back[member.email] for member in people] == [name.replace("\t", " ") for name in names]
    assert Membership.objects.current().filter(partnership=leeds).count() == len(report.lines)
