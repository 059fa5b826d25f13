"""Who may open what: role x route x method, over the real URLconf, the desk included.

Every named route has a line in permissions.txt: six roles for GET, six for POST. The rows behind the
addresses belong to LeedsCEP: `manager` is its own (Dee), `other` manages another partnership (Eve). A
route without a line fails the build, and so does a line without a route.

    ok  200            go  leads on inside the site      in  asks to sign in
    no  403            --  404: it does not exist         xx  405: not by this method
    er  400, 410 or 422: explained
"""

from pathlib import Path

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from tests.routes import named

ROLES = ["anon", "member", "leader", "manager", "other", "admin"]
PERMISSIONS = Path(__file__).with_name("permissions.txt")
ANSWERS = {200: "ok", 403: "no", 404: "--", 405: "xx", 400: "er", 410: "er", 422: "er"}
ROUTES = {route.name: route for route in named()}


def table() -> dict[str, tuple[list[str], list[str]]]:
    lines = [line for line in PERMISSIONS.read_text().splitlines() if line.strip() and not line.startswith("#")]
    rows = {}
    for line in lines:
        name, get, post = (part.strip() for part in line.split("|"))
        assert name not in rows, f"{name} stands twice"
        rows[name] = (get.split(), post.split())
    return rows


TABLE = table()


def heard(answer) -> str:
    """What a role was told, in the words of the table."""
    if answer.status_code in {301, 302}:
        return "in" if "/accounts/login/" in answer.url or "/admin/login/" in answer.url else "go"
    return ANSWERS.get(answer.status_code, str(answer.status_code))


@pytest.fixture
def clients(as_member, client, ada, ben, dee, eve, fay):
    """A signed-in browser for each role."""
    return dict(zip(ROLES, [client, *map(as_member, [ben, ada, dee, eve, fay])], strict=True))


def test_every_route_has_its_line_and_every_line_its_route():
    assert sorted(set(ROUTES) - set(TABLE)) == []
    assert sorted(set(TABLE) - set(ROUTES)) == []


@pytest.mark.once
def test_who_may_open_what(clients, things):
    """A POST carries nothing: it says who may knock, and what it would do has its own tests."""
    wrong = []
    for name, route in ROUTES.items():
        address = route.address(things)
        found = tuple(told_all(clients, method, address) for method in ("get", "post"))
        if found != TABLE.get(name):
            wrong.append(f"{name} | {' '.join(found[0])} | {' '.join(found[1])}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.servers
def test_every_door_opens_on_the_other_database_too(clients, things):
    """Whoever the table lets in first is let in, and the page is drawn."""
    shut = []
    for name, route in ROUTES.items():
        for method, answers in zip(("get", "post"), TABLE[name], strict=True):
            if "ok" in answers and told(clients[ROLES[answers.index("ok")]], method, route.address(things)) != "ok":
                shut.append(f"{method} {name}")
    assert shut == []


def told_all(clients: dict[str, Client], method: str, address: str) -> list[str]:
    """What each role is told at a door. The page is drawn for the first who may read it; who may is known before."""
    answers = []
    with pytest.MonkeyPatch.context() as patch:
        for role in ROLES:
            answers.append(told(clients[role], method, address))
            if answers[-1] == "ok":
                patch.setattr(Template, "render", lambda *_, **__: "")
    return answers


def told(client: Client, method: str, address: str) -> str:
    """What somebody is told at a door, with everything the knock did taken back."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            answer = heard(getattr(client, method)(address))
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies
    return answer


def test_every_unsafe_method_asks_for_the_csrf_token_but_the_one_of_rfc_8058(things):
    unguarded = []
    for name, route in ROUTES.items():
        answer = Client(enforce_csrf_checks=True).post(route.address(things))
        if answer.status_code not in {403, 405}:
            unguarded.append(name)
    assert unguarded == ["members:one_click"]


def test_the_desk_shows_a_manager_her_own_rows_only(clients, things):
    for name in [name for name in ROUTES if name.startswith("admin:") and name.endswith("_changelist")]:
        page = clients["other"].get(reverse(name))
        assert page.status_code in {200, 403} and "LeedsCEP" not in page.content.decode(), name
