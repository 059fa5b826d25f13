"""The headers of every answer, word for word; test_every_door_under_attack.py looks at every address for others."""

import pytest
from django.test import Client
from django.urls import reverse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'none'; manifest-src 'self'"
)
GOLDEN = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/nowhere/at/all/", "/accounts/login/", "/healthz"])
def test_every_answer_carries_them(db, path):
    answer = Client().get(path)
    assert {name: answer[name] for name in GOLDEN} == GOLDEN
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_pages_of_ones_own_are_kept_by_nobody(ben, as_member):
    for path in ("/me/", "/accounts/login/", "/admin/"):
        answer = as_member(ben).get(path)
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_a_real_site_leads_to_https_on_its_own_address(db, settings):
    settings.SECURE, settings.SITE_URL = True, "https://lcep.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    answer = Client().get("/leeds/?a=1", headers={"host": "evil.example"})
    assert (answer.status_code, answer["Location"]) == (301, "https://lcep.example.org/leeds/?a=1")
    assert Client().get("/healthz").status_code == 200
    secure = Client().get("/healthz", secure=True)
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "upgrade-insecure-requests" in secure["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:8000@evil.example", "\x00"])
def test_a_host_that_is_not_ours_is_refused(db, host):
    assert Client().get("/", headers={"host": host}).status_code == 400


def test_a_mail_built_during_a_request_for_another_host_names_our_own(db, settings, ben):
    from members.emails import choices_address
    from members.models import Membership

    assert choices_address(Membership.objects.get(member=ben)).startswith(settings.SITE_URL)


def test_no_public_page_sets_a_cookie_or_varies_by_one(things):
    for name in ("home", "about", "start", "privacy", "directory"):
        answer = Client().get(reverse(f"partnerships:{name}"))
        assert not answer.cookies and "Cookie" not in answer.get("Vary", ""), name
