"""A demonstration and real people never meet."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.urls import reverse
from django.utils import timezone

from demo import guard, story
from demo.models import Chapter
from members.models import Consent, Member, Membership, Wording
from tests import factories

REAL = "head@school.leeds.sch.uk"


@pytest.fixture
def told(db):
    """The story has been told here yesterday."""
    return Chapter.objects.create(name=guard.PEOPLE, told_at=timezone.now() - timedelta(days=1))


def joins_through_the_form(address: str, partnership) -> Member:
    member = factories.member(address)
    wording = Wording.of("Send me the newsletter")
    Membership.join(member, partnership, ["newsletter"], how=Consent.How.JOIN, wording=wording)
    return member


def test_the_story_is_not_told_among_real_people(db):
    factories.member(REAL)

    with pytest.raises(CommandError, match="a person whose address is not invented"):
        story.load()

    assert not Chapter.objects.exists()
    assert Member.objects.count() == 1


def test_the_check_refuses_a_database_with_real_people(db):
    factories.member(REAL)
    factories.member("second@council.gov.uk")

    with pytest.raises(SystemCheckError, match=r"demo\.E001.*2 people whose addresses are"):
        call_command("check", databases=["default"])


def test_the_check_is_content_with_invented_people_and_without_a_database(dee):
    call_command("check", databases=["default"])
    call_command("check")
    assert guard.nobody_real(databases=None) == []


@pytest.mark.parametrize("told_before", [True, False])
def test_nobody_is_signed_in_among_real_people(client, dee, told_before):
    if told_before:
        Chapter.objects.create(name=guard.PEOPLE, told_at=timezone.now() - timedelta(days=1))
    factories.member(REAL)

    page = client.get(reverse("demo:cast"))
    answer = client.post(reverse("demo:sign_in", args=["dee"]))

    assert "The demonstration stays shut" in page.content.decode()
    assert "Sign in as" not in page.content.decode()
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert REAL not in page.content.decode() + answer.content.decode()


def test_mail_is_not_shown_among_real_people(client, db, captured):
    mail = captured(b"To: head@school.leeds.sch.uk\nSubject: Your code is 123456\n\n123456\n")
    factories.member(REAL)

    for address in ["demo:mail", "demo:message", "demo:message_html", "demo:message_source"]:
        answer = client.get(reverse(address, args=[] if address == "demo:mail" else [mail]))
        assert answer.status_code == 403
        assert b"123456" not in answer.content


def test_a_guest_who_joins_with_their_own_address_shuts_nothing(client, told, dee, leeds):
    joins_through_the_form(REAL, leeds)

    assert guard.refusal() == ""
    assert client.post(reverse("demo:sign_in", args=["dee"])).status_code == 302


def test_who_joined_before_the_story_is_real(told, leeds):
    member = joins_through_the_form(REAL, leeds)
    Member.objects.filter(pk=member.pk).update(joined_at=timezone.now() - timedelta(days=2))

    assert guard.real_people().get() == member


def test_where_others_can_reach_the_site_a_guest_is_real_too(settings, told, leeds):
    settings.SITE_HOST = "demo.example.org"

    joins_through_the_form(REAL, leeds)

    assert guard.refusal()


@pytest.mark.parametrize(
    "address",
    ["a@example.org", "a@sub.example.com", "a@example.net", "a@school.test", "a@b.example", "a@b.invalid"],
)
def test_reserved_domains_are_nobodys(db, address):
    factories.member(address)

    assert guard.refusal() == ""


@pytest.mark.parametrize("address", ["a@example.org.uk", "a@notexample.org", "a@myexample.com", "a@example.co", REAL])
def test_look_alikes_of_reserved_domains_are_somebodys(db, address):
    factories.member(address)

    assert guard.refusal()


def test_a_forgotten_person_is_nobody(db):
    member = factories.member(REAL)
    Member.objects.filter(pk=member.pk).update(erased_at=timezone.now())

    assert guard.refusal() == ""
