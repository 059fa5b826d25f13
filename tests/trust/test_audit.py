"""Audit entries are written with the deed they tell of."""

import pytest
from django.db import DatabaseError, connection, transaction

from members.models import Administration
from partnerships.models import Stewardship
from trust.admin import is_steward
from trust.models import Entry


@pytest.mark.django_db(transaction=True)
def test_an_entry_cannot_be_written_apart_from_its_deed(leeds):
    with pytest.raises(transaction.TransactionManagementError):
        Entry.record("did something", leeds)


def test_when_the_deed_is_rolled_back_so_is_its_entry(leeds, dee):
    before = Entry.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Entry.record("did something", leeds, by=dee)
        raise ZeroDivisionError
    assert Entry.objects.count() == before


def test_an_entry_about_a_person_holds_no_name(dee, ben):
    with transaction.atomic():
        entry = Entry.record("looked at", ben, by=dee)
    assert "Ben" not in entry.title and entry.subject_id == str(ben.pk)


def test_an_appointment_stays_when_its_person_is_forgotten_and_its_entry_names_nobody(leeds, ben):
    Stewardship.appoint(ben, leeds)
    Administration.appoint(ben)
    titles = set(Entry.objects.values_list("title", flat=True))
    assert {"managing LeedsCEP", "administration"} <= titles
    assert not Entry.objects.filter(title__contains="Ben").exists()


@pytest.mark.parametrize(("method", "remembers"), [("get", True), ("head", True), ("post", False)])
def test_only_a_request_that_reads_asks_for_rights_once(rf, dee, method, remembers):
    request = getattr(rf, method)("/admin/")
    request.user = dee
    assert is_steward(request)
    Stewardship.objects.get(member=dee).end()
    assert dee.remembers_rights == remembers
    assert bool(dee.own_partnerships()) is False


def test_a_manager_reads_the_entries_of_her_partnership_only(leeds, elsewhere, dee, eve):
    with transaction.atomic():
        Entry.record("changed", leeds, by=dee)
        Entry.record("changed", elsewhere, by=eve)
    seen = Entry.objects.for_steward(dee)
    assert set(seen.values_list("partnership__slug", flat=True)) == {"leedscep"}


@pytest.fixture
def entry(leeds, dee):
    with transaction.atomic():
        return Entry.record("changed", leeds, by=dee, what="name")


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda rows, eve: rows.update(verb="looked at"),
        lambda rows, eve: rows.update(actor=eve),
        lambda rows, eve: rows.update(detail={}),
        lambda rows, eve: rows.delete(),
        lambda rows, eve: connection.cursor().execute("DELETE FROM trust_entry"),
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(entry, eve, rewrite):
    before = list(Entry.objects.values())
    with pytest.raises(DatabaseError, match="stay as they were written"), transaction.atomic():
        rewrite(Entry.objects.all(), eve)
    assert list(Entry.objects.values()) == before


def test_an_entry_forgets_who_it_was_and_stays(entry):
    Entry.objects.filter(pk=entry.pk).update(actor=None, partnership=None)
    entry.refresh_from_db()
    assert entry.verb == "changed" and entry.actor is None
