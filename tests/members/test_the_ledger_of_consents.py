"""What somebody agreed to is only ever added to; they read it in plain words, and a manager can prove it."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from members.models import Consent, Membership, Purpose, Wording
from trust.models import Entry


@pytest.fixture
def membership(leeds, dee, ben):
    return Membership.objects.get(member=ben, partnership=leeds)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda rows: rows.update(given=False),
        lambda rows: rows.update(at=timezone.now()),
        lambda rows: rows.delete(),
        lambda rows: rows._raw_delete(rows.db),
        lambda rows: rows.first().delete(),
        lambda rows: rows.first().save(),
        lambda rows: Consent.objects.bulk_update(rows, ["given"]),
        lambda rows: _sql("UPDATE members_consent SET purpose = 'events'"),
        lambda rows: _sql("DELETE FROM members_consent"),
    ],
)
def test_the_database_refuses_every_change_and_every_deletion(membership, rewrite):
    before = list(Consent.objects.values())
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        rewrite(Consent.objects.all())
    assert list(Consent.objects.values()) == before != []


def _sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_adding_goes_on(membership):
    membership.choose([], how=Consent.How.CHOICES)
    membership.choose([Purpose.NEWSLETTER], how=Consent.How.CHOICES)
    assert Consent.objects.filter(member=membership.member).count() == 7


@pytest.mark.django_db(transaction=True)
def test_a_test_that_empties_the_database_leaves_the_triggers(membership):
    """Together with the one below: whichever runs second meets a database that was emptied."""
    _refuses()


@pytest.mark.django_db(transaction=True)
def test_the_triggers_are_there_again(membership):
    _refuses()


def _refuses():
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.all().delete()


def test_a_member_reads_their_own_record_in_plain_words(membership, as_member):
    membership.choose([Purpose.NEWSLETTER], how=Consent.How.CHOICES, wording=Wording.of("Choose <what> you like"))
    page = as_member(membership.member).get(reverse("members:record")).content.decode()
    assert "Newsletter: yes. You were invented for the demonstration." in page
    assert "Short notices: no. You chose on the page of choices." in page
    assert "Choose &lt;what&gt; you like" in page


def test_nobody_reads_the_record_of_somebody_else(membership, as_member, cy):
    Consent.objects.create(
        member=membership.member, partnership=membership.partnership, purpose="events", given=True, how="paper"
    )
    assert "signed up on paper" not in as_member(cy).get(reverse("members:record")).content.decode()


def test_a_manager_proves_one_consent_and_the_download_is_written_down(membership, as_member, dee):
    address = reverse("admin:members_membership_proof", args=[membership.pk])
    client = as_member(dee)
    assert "They were invented for the demonstration" in client.get(address).content.decode()
    assert not Entry.objects.filter(verb="exported the proof of consent").exists()

    answer = client.post(address)
    text = answer.content.decode()
    wording = Consent.objects.filter(member=membership.member).first().wording
    assert answer["Content-Disposition"].startswith("attachment") and wording.sha256 in text and wording.text in text
    entry = Entry.objects.get(verb="exported the proof of consent")
    assert entry.actor == dee and "ben@example.org" not in f"{entry.title}{entry.detail}"


def test_another_manager_finds_no_such_person(membership, as_member, eve):
    assert as_member(eve).get(reverse("admin:members_membership_proof", args=[membership.pk])).status_code == 404
