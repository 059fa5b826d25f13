"""Programs that open every link of a mail change nothing, and nobody learns from a form who is known here."""

import re
import statistics
import time

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailings.models import Rendition
from members import emails, wording
from members.models import AddressChange, DataComplaint, JoinRequest, Membership, Suppression, Wording
from tests import factories
from trust.addresses import key_of
from trust.tokens import FORM_OPENED

pytestmark = pytest.mark.once

LINK = re.compile(rb"http://localhost:8000(/[^\s\"'<>]*)")


@pytest.fixture
def addresses(leeds, dee, ben):
    """Every address of this site in every mail members get, as it stands in the mails themselves."""
    membership = Membership.objects.get(member=ben, partnership=leeds)
    shown = Wording.of(wording.joining(leeds, False))
    asked, code = JoinRequest.ask(leeds, "sam@example.org", with_events=False, wording=shown)
    listed, _ = JoinRequest.ask(leeds, "pat@example.org", with_events=False, wording=shown, asked_by=dee)
    change = AddressChange.ask(ben, "ben.new@example.org")
    moved = AddressChange.ask(dee, "dee.new@example.org")
    moved.confirm()
    complaint = DataComplaint.objects.create(partnership=leeds, email="sam@example.org", text="?", answer="")
    complaint.close("Sorry.", by=dee)
    for letter in (
        emails.join_code(asked, code), emails.would_you_like(listed), emails.new_address(change),
        emails.address_changed(moved), emails.choices_changed(membership), emails.added_on_paper(membership),
        emails.data_complaint_received(complaint), emails.data_complaint_answered(complaint),
        emails.exported(leeds, "people", 3, dee, ben), emails.sign_in_code(ben, "123456"),
    ):  # fmt: skip
        letter.send()
    bodies = [bytes(body) for body in Rendition.objects.values_list("body", flat=True)]
    unfolded = [body.replace(b"=\r\n", b"").replace(b"=3D", b"=") for body in bodies]
    return sorted({found.decode() for body in unfolded for found in LINK.findall(body)})


def everything() -> dict[str, list]:
    """Every row of every table that holds something about people."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("members_", "mailings_", "pods_", "account_", "trust_entry")):
                cursor.execute(f'SELECT * FROM "{table}"')
                rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def test_every_address_in_every_mail_is_opened_and_nothing_changes(addresses):
    tokens = [address for address in addresses if address.startswith(("/c/", "/u/"))]
    assert len(tokens) >= 6, addresses
    before = everything()
    for address in addresses:
        for headers in ({}, {"purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}):
            scanner = Client(headers=headers)
            for _ in range(2):
                assert scanner.get(address).status_code in {200, 302, 405}, address
            scanner.head(address), scanner.options(address)
    assert everything() == before


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_that_runs_every_script_changes_nothing(addresses, browser, live_server):
    before = everything()
    context = browser.new_context(base_url=live_server.url)
    for address in addresses:  # all of them stay open, as in the sandbox of a mail filter
        answer = context.new_page().goto(address, wait_until="load")
        assert answer.status < 400, f"{address}: {answer.status}"
    for page in context.pages:
        page.mouse.move(100, 300)
        page.keyboard.press("End")
    context.pages[-1].wait_for_timeout(5000)
    context.close()
    assert len(addresses) >= 6 and everything() == before


def form(address):
    return {"email": address, "opened": FORM_OPENED.sign(int(timezone.now().timestamp()) - 60)}


def _join(client, leeds, address):
    return client.post(reverse("members:join", args=[leeds.slug]), form(address))


def _sign_in(client, leeds, address):
    return client.post(reverse("account_login"), {"email": address})


def _complain(client, leeds, address):
    return client.post(reverse("members:data_complaint"), form(address) | {"text": "?"})


@pytest.mark.parametrize("door", [_join, _sign_in, _complain])
def test_nobody_learns_who_is_known_by_status_header_text_or_time(leeds, dee, door, monkeypatch):
    """Three kinds of address, taken in turns, may not be told apart by the work they are: counted in time of the
    processor, because the clock tells of whatever else the machine does.
    """
    monkeypatch.setattr("members.caps.Cap.take", lambda *args: True)
    monkeypatch.setattr("allauth.core.ratelimit.consume", lambda *args, **kwargs: _Within())
    factories.on_the_list(leeds, 40)
    for number in range(40):
        Suppression.add(key_of(f"never{number}@leedscep.example.org"), "not-me")
    took: dict[str, list[float]] = {"person": [], "nobody": [], "never": []}
    seen: dict[str, set] = {kind: set() for kind in took}
    for number in range(-3, 40):
        for kind, times in took.items():
            client = Client()
            began = time.thread_time()
            answer = door(client, leeds, f"{kind}{max(number, 0)}@leedscep.example.org")
            times.append(time.thread_time() - began)
            seen[kind].add(
                (answer.status_code, answer.get("Location"), tuple(sorted(answer.headers)), len(answer.content))
            )
    assert seen["person"] == seen["nobody"] == seen["never"]
    quick = {kind: statistics.quantiles(times[3:], n=4)[0] for kind, times in took.items()}
    apart = max(quick.values()) - min(quick.values())
    assert apart < max(0.005, 0.2 * max(quick.values())), quick


class _Within:
    """allauth's answer to who is within a limit."""

    def __bool__(self) -> bool:
        return True
