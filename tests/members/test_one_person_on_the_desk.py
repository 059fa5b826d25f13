"""The manager's page of one person: what was sent and why not, notes, a form on paper, two entries made one."""

import pytest
from django.urls import reverse

from mailings.models import Delivery, Exclusion, Mailing
from members import emails, merging
from members.models import Consent, JoinRequest, Member, Membership, Note, Suppression, Wording
from tests import factories
from trust.addresses import key_of
from trust.models import Entry

LIST = "admin:members_membership_changelist"


@pytest.fixture
def membership(leeds, dee, ben):
    return Membership.objects.get(member=ben, partnership=leeds)


def page(membership, name="change"):
    return reverse(f"admin:members_membership_{name}", args=[membership.pk])


def listed(client, **query):
    return client.get(reverse(LIST), query).content.decode()


def test_it_says_what_was_sent_and_what_was_not_and_why(membership, leeds, dee, as_member):
    emails.choices_changed(membership).send()
    asked, code = JoinRequest.ask(leeds, "ben@example.org", with_events=False, wording=Wording.of("Join"))
    emails.join_code(asked, code).send()
    mailing = Mailing.objects.filter(kind="choices-changed").get()
    Exclusion.objects.create(mailing=mailing, member=membership.member, reason="on pause")
    text = as_member(dee).get(page(membership)).content.decode()
    assert "What LeedsCEP sends you has changed" in text and "on pause" in text
    assert "A code to join a mailing list" in text and code not in text and f"{code[:3]} {code[3:]}" not in text


def test_nothing_another_partnership_sent_stands_there(membership, elsewhere, eve, dee, as_member):
    theirs = factories.membership(membership.member, elsewhere)
    emails.choices_changed(theirs).send()
    assert "Northvale" not in as_member(dee).get(page(membership)).content.decode()
    assert as_member(eve).get(page(membership)).status_code == 404


def test_a_note_is_dated_and_signed_and_stays_behind_the_wall(membership, dee, eve, elsewhere, as_member):
    client = as_member(dee)
    client.post(page(membership, "note"), {"text": "Prefers\nthe phone"})
    client.post(page(membership, "note"), {"text": ""})
    note = Note.objects.get()
    assert (note.text, note.by, note.member) == ("Prefers the phone", dee, membership.member)
    assert "Prefers the phone" in client.get(page(membership)).content.decode()
    theirs = factories.membership(membership.member, elsewhere)
    assert "Prefers the phone" not in as_member(eve).get(page(theirs)).content.decode()
    assert as_member(eve).post(page(membership, "note"), {"text": "Mine"}).status_code == 404


def test_somebody_from_paper_is_on_the_list_with_proof_and_hears_of_it(leeds, dee, as_member):
    client = as_member(dee)
    add = reverse("admin:members_membership_add")
    said = {"partnership": leeds.pk, "email": "Pat@Example.org", "name": "Pat", "chosen": ["newsletter"]}
    assert "Without their signed form" in client.post(add, said).content.decode()
    client.post(add, said | {"signed": "on"})
    pat = Membership.objects.get(member__email="pat@example.org")
    consent = Consent.objects.get(member=pat.member)
    assert pat.chosen == ["newsletter"] and (consent.how, consent.by) == ("paper", dee)
    assert "on paper" in consent.wording.text
    assert list(Delivery.objects.values_list("address", "mailing__kind")) == [("Pat@example.org", "added-on-paper")]
    assert Entry.objects.filter(verb="added from paper").count() == 1


@pytest.mark.parametrize("reason", ["asked", "bounced", "spam", "not-me", "forgotten", "left"])
def test_nobody_who_must_not_be_written_to_comes_by_paper(leeds, dee, as_member, reason):
    Suppression.add(key_of("pat@example.org"), reason, leeds)
    said = {"partnership": leeds.pk, "email": "pat@example.org", "chosen": ["newsletter"], "signed": "on"}
    answer = as_member(dee).post(reverse("admin:members_membership_add"), said)
    assert "Nobody writes to this address" in answer.content.decode()
    assert not Member.objects.filter(email="pat@example.org").exists() and not Delivery.objects.exists()


def test_two_entries_become_one_and_nothing_agreed_to_is_lost(membership, leeds, pod, dee, as_member):
    gone = factories.member("b.en@example.org", "Benjamin")
    factories.membership(gone, leeds, ["newsletter"])
    pod.appointments.create(member=gone, role="lead")
    Note.objects.create(member=gone, partnership=leeds, text="A note", by=dee)
    membership.choose(["events"], how=Consent.How.CHOICES)
    for _ in range(2):
        as_member(dee).post(page(membership, "merging"), {"email": "B.EN@example.org"})

    gone.refresh_from_db(), membership.refresh_from_db()
    assert gone.merged_into == membership.member and not gone.is_active and gone.name == "" and "@" not in gone.email
    assert membership.chosen == ["events"], "who chose less on the entry that stays is not sent more"
    assert not Membership.objects.current().filter(member=gone).exists()
    assert pod.appointments.current().get(role="lead").member == membership.member
    assert Note.objects.get().member == membership.member
    proof = as_member(dee).get(page(membership, "proof")).content.decode()
    assert proof.count("Newsletter: yes") == 2 and "the two entries became one" in proof


def test_an_entry_on_a_list_of_others_is_not_theirs_to_merge(membership, elsewhere, leeds, dee, eve, as_member):
    both = factories.member("both@example.org")
    factories.membership(both, leeds), factories.membership(both, elsewhere)
    as_member(dee).post(page(membership, "merging"), {"email": "both@example.org"})
    as_member(dee).post(page(membership, "merging"), {"email": "eve@example.org"})
    both.refresh_from_db(), eve.refresh_from_db()
    assert both.is_active and eve.is_active
    with pytest.raises(ValueError, match="do not manage"):
        merging.merge(membership.member, both, by=dee)


@pytest.mark.parametrize(("kind", "role"), [("steering", "member"), ("steering", "chair"), ("executive", "member")])
def test_a_role_of_another_partnership_is_not_taken_over_by_way_of_a_form_on_paper(
    membership, elsewhere, dee, fay, as_member, kind, role
):
    """Appointed there and on no list, put on ours by whoever knows the address, then made part of another entry."""
    table = factories.GroupFactory(partnership=elsewhere, kind=kind, joining="appointed")
    theirs = factories.member("theirs@example.org")
    held = table.appointments.create(member=theirs, role=role)
    said = {"partnership": membership.partnership_id, "email": theirs.email, "chosen": ["newsletter"], "signed": "on"}
    as_member(dee).post(reverse("admin:members_membership_add"), said)
    as_member(dee).post(page(membership, "merging"), {"email": theirs.email})
    held.refresh_from_db(), theirs.refresh_from_db()
    assert held.taken_back_on is None and theirs.is_active
    assert not membership.member.appointments.exists()


def test_an_entry_that_left_another_list_is_not_theirs_to_merge(membership, leeds, elsewhere, dee):
    both = factories.member("both@example.org")
    factories.membership(both, elsewhere).leave(how=Consent.How.CHOICES)
    factories.membership(both, leeds)
    with pytest.raises(ValueError, match="do not manage"):
        merging.merge(membership.member, both, by=dee)


def test_a_manager_does_not_take_a_place_on_the_executive_by_merging(membership, leeds, dee, fay):
    executive = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed")
    other = factories.member("other@example.org")
    factories.membership(other, leeds)
    executive.appointments.create(member=other, role="member")
    for by in (dee, fay):
        with pytest.raises(ValueError, match="Keep that one"):
            merging.merge(membership.member, other, by=by)
    merging.merge(other, membership.member, by=dee)
    assert executive.appointments.current().get().member == other


def test_who_holds_the_keys_is_the_entry_that_stays(membership, dee, fay):
    with pytest.raises(ValueError, match="Keep that one"):
        merging.merge(membership.member, dee, by=fay)


def test_people_are_found_and_seen_by_segment(leeds, elsewhere, dee, ada, ben, pod, as_member):
    factories.membership(factories.member("silent@example.org"), leeds)
    Member.objects.filter(pk=ada.pk).update(sector="school")
    ben.areas.set(leeds.places.all())
    client = as_member(dee)
    everybody = listed(client)
    assert all(address in everybody for address in ("ada@example.org", "ben@example.org", "silent@example.org"))
    for query, inside, outside in (
        ({"q": "silent@"}, "silent@", "ben@"),
        ({"sector": "school"}, "ada@", "ben@"),
        ({"sector": "none"}, "ben@", "ada@"),
        ({"area": "leeds"}, "ben@", "ada@"),
        ({"group": pod.pk}, "ben@", "silent@"),
        ({"since": "30"}, "ben@", "nobody@"),
        ({"said": "nothing"}, "silent@", "ben@"),
    ):
        text = listed(client, **query)
        assert f"{inside}example.org" in text and f"{outside}example.org" not in text, query
    for hostile in ({"group": "1 OR 1=1"}, {"since": "x"}, {"area": "' --"}, {"sector": "zz"}):
        assert client.get(reverse(LIST), hostile).status_code in {200, 302}
