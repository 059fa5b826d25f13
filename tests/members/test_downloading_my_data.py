""" "Download my data": everything that is declared exported, as a page and as JSON, and of nobody else."""

import json
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from members import emails
from members.models import DataComplaint, Membership, Note
from members.rights import everything
from partnerships.models import Enquiry
from tests import factories


@pytest.fixture
def client(as_member, ben):
    client = as_member(ben)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = str(ben.pk)
    session.save()
    return client


def held(client) -> dict:
    answer = client.post(reverse("members:data"), {"as": "json"})
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    return {part["what"]: part["rows"] for part in json.loads(answer.content)["held"]}


def test_every_kind_of_row_about_a_member_is_in_it(leeds, dee, ben, client):
    Note.objects.create(member=ben, partnership=leeds, text="Likes tea", by=dee)
    Enquiry.objects.create(partnership=leeds, reader="manager", email="BEN@example.org", text="A question")
    DataComplaint.objects.create(member=ben, partnership=leeds, email="ben@example.org", text="A complaint")
    emails.choices_changed(Membership.objects.get(member=ben)).send()
    found = held(client)
    assert found["members"][0]["email"] == "ben@example.org" and found["members"][0]["name"] == "Ben"
    assert found["notes"][0]["text"] == "Likes tea"
    assert found["enquiries"][0]["text"] == "A question"
    assert found["data complaints"][0]["text"] == "A complaint"
    assert found["group memberships"][0]["group"] == "Youth Voice"
    assert found["deliveries"][0]["address"] == "ben@example.org"
    assert len(found["consents"]) == 3 and found["consents"][0]["wording"] == "Invented."
    assert found["people on the list"][0]["joined at"].startswith(str(timezone.localdate().year))


def test_nothing_of_anybody_else_is_in_it(leeds, dee, ada, ben, client):
    Note.objects.create(member=ada, partnership=leeds, text="Hers", by=dee)
    Enquiry.objects.create(partnership=leeds, reader="manager", email="bben@example.org", text="Not his")
    text = json.dumps(held(client))
    assert "ada@example.org" not in text and "Hers" not in text and "Not his" not in text


def test_every_exported_field_of_every_model_has_a_label_and_a_value(leeds, dee, ben, ada):
    """The walk covers each declared field, so a new one cannot be forgotten."""
    Note.objects.create(member=ben, partnership=leeds, text="x", by=dee)
    for rows in everything.rows_about(ben):
        for name in rows.model.privacy.exported.split():
            rows.model._meta.get_field(name)
    told = {part["what"]: part["rows"][0] for part in everything.of(ben)}
    for rows in everything.rows_about(ben):
        if rows.exists() and rows.model.privacy.exported:
            row = told[str(rows.model._meta.verbose_name_plural)]
            assert len(row) == len(rows.model.privacy.exported.split()), rows.model


def test_the_page_is_readable_and_escapes_what_people_typed(leeds, dee, ben, client):
    Note.objects.create(member=ben, partnership=leeds, text="<script>alert(1)</script>", by=dee)
    answer = client.post(reverse("members:data"), {"as": "page"})
    page = answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment") and "&lt;script&gt;" in page and "<script" not in page
    assert "People on the list (1)" in page and "ben@example.org" in page


def test_a_page_that_is_only_opened_hands_out_nothing(leeds, ben, client):
    assert "ben@example.org" not in client.get(reverse("members:data")).content.decode()


def test_a_member_of_many_lists_gets_all_of_them(leeds, elsewhere, dee, ben, client):
    factories.membership(ben, elsewhere)
    assert len(held(client)["people on the list"]) == 2
