"""Every door of the site, with hostile words in every row behind it and junk in every form before it.

`bin/test` fills in a third of the forms, once. `LCEP_FUZZ=20 pytest tests/trust/test_every_door_under_attack.py`
fills in every form twenty times, with other junk each time.
"""

import os
import time
from contextlib import contextmanager
from random import Random
from zlib import crc32

import pytest
from django.db import connection, transaction
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from mailings.models import Rendition
from members import emails
from members.models import AddressChange, DataComplaint, Membership
from tests import factories
from tests.routes import Route, named
from tests.test_permissions import ROLES, TABLE
from tests.trust.attacks import ASKED, HEAVY, Form, Forms, acts, fill, filled_in, junk, rows_of
from trust.headers import MAIL_POLICY, policy
from trust.tokens import DOORS as TOKEN_DOORS

pytestmark = pytest.mark.once

MORE = int(os.environ.get("LCEP_FUZZ", "0"))
READERS = ["manager", "leader", "member", "admin", "anon"]
FILE_POLICY = "default-src 'none'; sandbox"
SHUT = {"in", "no", "--", "xx"}
BOUND = 1.5  # seconds of processor for one answer, whatever was sent
# A session, a cap and what a sign-in leaves behind are nobody's rows.
NOBODYS = ("django_session", "trust_cap", "members_device", "members_arrival")
MEMBERSHIP = "admin:members_membership_change: object_id"
FORMS: dict[str, Form] = {}  # by the name of the route they are sent to


@pytest.fixture
def clients(as_member, client, ada, ben, dee, fay):
    signed_in = {"member": ben, "leader": ada, "manager": dee, "admin": fay}
    return {"anon": client} | {role: as_member(member) for role, member in signed_in.items()}


@pytest.fixture
def theirs(elsewhere, cy, eve):
    """What Eve's partnership has: a group, a priority, an organisation."""
    factories.GroupFactory(partnership=elsewhere)
    factories.OrganisationFactory(partnership=elsewhere)
    return elsewhere


def who_may(name: str, method: int) -> str | None:
    """The first role, from the manager on, that a door is open to."""
    told = dict(zip(ROLES, TABLE[name][method], strict=True))
    return next((role for role in READERS if told[role] not in SHUT), None)


@contextmanager
def taken_back(client):
    """What a request did is undone, with the cookies it left."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies


def keep_forms(route: Route, address: str, page: str) -> None:
    """Remember the forms of a page by where they lead."""
    for form in Forms(page).found:
        try:
            FORMS.setdefault(resolve((form.action or address).partition("?")[0]).view_name, form)
        except Resolver404:
            FORMS.setdefault(route.name, form)


def test_stored_xss_in_every_field_of_every_row_is_text_on_every_page(things, clients):
    """CVE-2026-21483, CVE-2026-44742, CVE-2024-8113, CVE-2023-28836: histories, feeds and previews too."""
    filled = fill()
    assert len(filled) > 120 and len({name.split(".")[0] for name in filled}) > 45
    wrong, seen = [], 0
    others: dict[str, set[str]] = {MAIL_POLICY: set(), FILE_POLICY: set()}
    for route in named():
        role = who_may(route.name, 0)
        if role is None:
            continue
        address = route.address(things)
        with taken_back(clients[role]):
            answer = clients[role].get(address)
            said = b"".join(answer).decode(errors="replace")
        seen += answer.status_code == 200
        if answer["Content-Type"].startswith(("text/html", "image/svg")):
            keep_forms(route, address, said)
            if found := acts(said):
                wrong.append((route.name, found[:3]))
        elif "xml" in answer["Content-Type"] and "<x0" in said:
            wrong.append((route.name, "an element of its own in XML"))
        if address.split("/")[1] in TOKEN_DOORS and answer["Referrer-Policy"] != "strict-origin":
            wrong.append((route.name, "tells the next page its address, which is a key"))
        if "public" in answer.get("Cache-Control", "") and (answer.cookies or "Cookie" in answer.get("Vary", "")):
            wrong.append((route.name, "for everybody, with a cookie"))
        if answer["Content-Security-Policy"] != policy():
            others[answer["Content-Security-Policy"]].add(route.name)
    assert wrong == []
    assert seen > 200
    assert [acts(mail) for mail in mails_about(things)] == [[]] * 6
    built = {"admin:planner_mail", "admin:newsletters_newsletter_preview_mail"}
    built |= {"demo:message_html", "newsletters:draft_mail"}
    assert others[MAIL_POLICY] == built, "only a built mail may carry its own styles"
    files = {"partnerships:document_file", "partnerships:region_document_file", "newsletters:picture"}
    files |= {"meetings:paper_file", "meetings:paper_by_link", "meetings:paper_version"}
    assert others[FILE_POLICY] == files


def mails_about(things) -> list[str]:
    """The HTML of mails about the rows as they stand."""
    last = Rendition.objects.order_by("pk").last()
    membership = Membership.objects.select_related("member", "partnership").get(pk=things[MEMBERSHIP])
    complaint = DataComplaint.objects.first()
    for letter in (
        emails.choices_changed(membership), emails.added_on_paper(membership),
        emails.data_complaint_received(complaint), emails.data_complaint_answered(complaint),
        emails.new_address(AddressChange.objects.first()),
        emails.exported(membership.partnership, "people", 3, membership.member, membership.member),
    ):  # fmt: skip
        letter.send()
    bodies = Rendition.objects.filter(pk__gt=last.pk).values_list("body", flat=True)
    return [bytes(body).decode(errors="replace").replace("=\r\n", "").partition("</style>")[2] for body in bodies]


@settings(
    max_examples=MORE or 1,
    deadline=None,
    database=None,
    phases=[Phase.explicit, *([Phase.generate] if MORE else [])],
    suppress_health_check=list(HealthCheck),
)
@example(seed=7)
@given(seed=st.integers(0, 2**32))
def test_junk_in_every_form_and_question_is_answered_and_writes_nothing_elsewhere(things, clients, theirs, seed):
    """CVE-2025-64459, CVE-2026-1312 (filter and order by what was asked), ReDoS, NUL, forged numbers."""
    before, wrong = rows_of(theirs), []
    for route in [each for each in named() if MORE or crc32(each.name.encode()) % 3 == 0]:
        address, by = route.address(things), Random(f"{seed} {route.name}")
        asks, says = who_may(route.name, 0), who_may(route.name, 1)
        if asks and (MORE or route.name.endswith(("_changelist", *QUESTIONED))):
            attempt(clients[asks], address, by, None, before, theirs, wrong)
        if says:
            form = FORMS.get(route.name) or form_of(clients[says], route, address)
            attempt(clients[says], address, by, filled_in(form, by), before, theirs, wrong)
    assert wrong == []


QUESTIONED = (
    ":home", ":directory", ":noticeboard", ":partnership_freshness", ":audit", ":notice_stories", ":welcome", ":code",
    ":planner_year", ":preview", ":taking_over", ":shared_evidence", ":plan", ":appointing", ":interest",
)  # fmt: skip


def form_of(client, route: Route, address: str) -> Form:
    """The form of a page, where the walk over all pages has not kept it."""
    with taken_back(client):
        keep_forms(route, address, b"".join(client.get(address)).decode(errors="replace"))
    return FORMS.get(route.name, Form(""))


def attempt(client, address: str, by: Random, said: dict | None, before: dict, theirs, wrong: list) -> None:
    """Knock once, and note what no knock may do."""
    wrote = []

    def watch(execute, sql, params, many, context):
        if sql.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"} and not any(name in sql for name in NOBODYS):
            wrote.append(sql)
        return execute(sql, params, many, context)

    asked = {name: junk(by) for name in ASKED} if said is None else {}
    if said and (MORE or by.random() < 0.3):
        name = by.choice(sorted(said))
        said[name] = [by.choice(HEAVY) * (20 if MORE else 1)]
    began = time.process_time()
    with taken_back(client), connection.execute_wrapper(watch):
        try:
            answer = client.get(address, asked) if said is None else client.post(address, said)
            if answer.status_code >= 500 and not address.startswith("/readyz"):
                wrong.append((address, answer.status_code))
        except Exception as error:
            told = {name: [value[:40] for value in values] for name, values in (said or asked).items()}
            wrong.append((address, repr(error)[:300], told))
            return
        if wrote and rows_of(theirs) != before:
            wrong.append((address, "changed what is another partnership's", said))
    if (took := time.process_time() - began) > BOUND:
        wrong.append((address, f"{took:.1f} s of processor"))
