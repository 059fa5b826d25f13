"""A mailed code is on no screen and in no log, whoever looks."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Delivery, Mailing
from members import emails
from members.models import JoinRequest
from tests.routes import named
from tests.test_permissions import TABLE
from trust.tokens import FORM_OPENED

SAM = "sam@example.org"


@pytest.fixture
def codes(monkeypatch):
    """The codes that were written while the test ran."""
    caught = []
    for name in ("join_code", "sign_in_code"):
        write = getattr(emails, name)
        monkeypatch.setattr(emails, name, lambda who, code, write=write: caught.append(code) or write(who, code))
    return caught


def ask_for_codes(leeds, ben):
    """Somebody joins and Ben signs in: two codes are on their way."""
    opened = FORM_OPENED.sign(int(timezone.now().timestamp()) - 60)
    Client().post(reverse("members:join", args=[leeds.slug]), {"email": SAM, "opened": opened})
    Client().post(reverse("account_login"), {"email": "ben@example.org"})


def spellings(code: str) -> list[str]:
    return [code, f"{code[:3]} {code[3:]}", f"{code[:3]}&nbsp;{code[3:]}"]


@pytest.mark.once
@pytest.mark.parametrize("role", ["dee", "fay", "ben"])
def test_a_mailed_code_is_on_no_screen(role, request, leeds, ben, dee, things, codes, as_member):
    ask_for_codes(leeds, ben)
    person = as_member(request.getfixturevalue(role))
    assert len(codes) >= 2
    secret = Mailing.objects.filter(kind__in=["join-code", "sign-in-code"])
    screens = [route.address(things) for route in named() if TABLE[route.name][0].count("ok")]
    for mailing in secret:
        screens += [reverse(f"admin:mailings_mailing_{screen}", args=[mailing.pk]) for screen in ("change", "history")]
    for address in screens:
        page = b"".join(person.get(address)).decode(errors="replace")
        for code in codes:
            assert not any(spelling in page for spelling in spellings(code)), address


def test_a_mailed_code_is_in_no_log(leeds, ben, dee, codes, caplog):
    caplog.set_level(logging.DEBUG)
    ask_for_codes(leeds, ben)
    for code in codes:
        assert not any(spelling in caplog.text for spelling in spellings(code))


def test_the_rows_about_a_code_do_not_hold_it_outside_the_mail_itself(leeds, ben, dee, codes):
    ask_for_codes(leeds, ben)
    for code in codes:
        for spelling in spellings(code):
            assert not Mailing.objects.filter(subject__contains=spelling).exists()
            assert not Delivery.objects.filter(slots__icontains=spelling).exists()
    asked = JoinRequest.objects.get(email=SAM)
    assert codes[0].encode() not in bytes(asked.code_hash)


def test_no_log_goes_out_by_mail(settings):
    assert not any("mail" in handler["class"].lower() for handler in settings.LOGGING["handlers"].values())


def test_an_address_is_in_no_log_when_somebody_joins(leeds, ben, dee, codes, caplog):
    caplog.set_level(logging.DEBUG)
    ask_for_codes(leeds, ben)
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert not re.search(r"(sam|ben)@example\.org", ours)
