"""The first manager and the first administrator are appointed from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members.models import Administration, Member
from partnerships.models import Stewardship
from tests import factories
from trust.models import Entry


def run(*words, **options) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_a_manager_is_appointed_and_told_what_comes_next(leeds):
    said = run("appoint_steward", "New.Manager@Example.org", "leedscep")

    assert "New.Manager@example.org manages LeedsCEP from today" in said
    assert "http://localhost:8000/accounts/login/" in said
    assert "passkey or an authenticator" in said
    assert Member.objects.at("new.manager@example.org").get().stewarded_partnerships().get() == leeds
    assert leeds.is_at_home


def test_appointing_a_manager_twice_changes_nothing(leeds):
    run("appoint_steward", "dee@example.org", "leedscep")
    said = run("appoint_steward", " DEE@EXAMPLE.ORG ", "leedscep")

    assert "managed LeedsCEP already" in said
    assert Stewardship.objects.count() == 1
    assert Entry.objects.filter(verb="appointed a manager").count() == 1


def test_who_managed_before_is_appointed_anew(dee, leeds):
    dee.stewardships.get().end()

    assert "from today" in run("appoint_steward", "dee@example.org", "leedscep")
    assert dee.stewardships.current().count() == 1


def test_a_supporters_officer_is_appointed_for_a_region(leeds):
    said = run("appoint_steward", "officer@example.org", "leeds", "--region")
    assert "manages the listed entries of Leeds from today" in said
    assert Stewardship.objects.get().region == leeds.region


def test_a_regions_slug_needs_no_option(leeds, london):
    assert "the listed entries of London from today" in run("appoint_steward", "officer@example.org", "london")
    assert "the listed entries of London already" in run("appoint_steward", "officer@example.org", "london")
    assert Stewardship.objects.get().region == london


def test_a_slug_that_is_both_means_the_partnership_unless_said(leeds, london):
    both = factories.PartnershipFactory(slug="london", region=london)
    run("appoint_steward", "officer@example.org", "london")
    assert Stewardship.objects.get().partnership == both
    run("appoint_steward", "officer@example.org", "london", "--region")
    assert Stewardship.objects.filter(region=london).exists()


def test_an_administrator_is_appointed_once(db):
    assert "is an administrator from today" in run("appoint_administrator", "fay@example.org")
    assert "was an administrator already" in run("appoint_administrator", "Fay@example.org")
    assert Administration.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", "fay", "fay@", "fay@example.org\nBcc: all@example.org", "x" * 400 + "@example.org"]
)
@pytest.mark.parametrize(
    "command", [("appoint_administrator",), ("appoint_steward", "leedscep")], ids=lambda words: words[0]
)
def test_what_is_no_address_is_refused_and_nobody_is_made(leeds, command, address):
    name, *slug = command
    with pytest.raises(CommandError, match="is not an e-mail address"):
        run(name, address, *slug)
    assert not Member.objects.exists()


def test_an_unknown_slug_is_refused_with_what_was_perhaps_meant(leeds, elsewhere):
    with pytest.raises(CommandError, match="Did you mean leedscep"):
        run("appoint_steward", "dee@example.org", "leedscpe")
    with pytest.raises(CommandError, match="There are: leedscep, northvale"):
        run("appoint_steward", "dee@example.org", "zzz")
    with pytest.raises(CommandError, match="There is no region"):
        run("appoint_steward", "dee@example.org", "leedscep", "--region")
    assert not Member.objects.exists()


def test_an_old_slug_names_the_present_one(leeds):
    leeds.names.create(name="Leeds33", slug="leeds33", source="A test")

    with pytest.raises(CommandError, match=r"old address of LeedsCEP\. Its slug now is 'leedscep'"):
        run("appoint_steward", "dee@example.org", "leeds33")


def test_with_no_partnership_at_all_it_says_so(db):
    with pytest.raises(CommandError, match="none yet"):
        run("appoint_steward", "dee@example.org", "leedscep")


def test_a_member_who_manages_one_partnership_may_manage_another(dee, elsewhere):
    run("appoint_steward", "dee@example.org", "northvale")

    assert dee.stewarded_partnerships().count() == 2
    assert factories.member("dee@example.org") == dee
