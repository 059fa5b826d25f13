"""Audit entries are written with the deed they tell of."""

import pytest
from django.db import transaction

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


def test_a_manager_reads_the_entries_of_her_partnership_only(leeds, elsewhere, dee, eve):
    with transaction.atomic():
        Entry.record("changed", leeds, by=dee)
        Entry.record("changed", elsewhere, by=eve)
    seen = Entry.objects.for_steward(dee)
    assert set(seen.values_list("partnership__slug", flat=True)) == {"leedscep"}
