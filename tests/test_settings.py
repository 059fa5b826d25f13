"""Settings from the environment: what would hurt a real site is refused in words."""

import os
import runpy
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from tests import factories

STRONG = "k9Xw2LqP7vRt4Zm8Bn3Cs6Df1Gh5Jk0QyUe"
REAL = {
    "SITE_URL": "https://lcep.example.org",
    "SECRET_KEY": STRONG,
    "TOKEN_KEYS": STRONG[::-1],
    "ADDRESS_KEY": STRONG.swapcase(),
    "EMAIL_URL": "smtp://relay.example.org:587",
}


def check(tmp_path, *how: str, **changes):
    """Start a process with only these settings; return (exit code, what it said)."""
    ours = {"LCEP_VAR": str(tmp_path), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    environment = ours | {name: value for name, value in (REAL | changes).items() if value is not None}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", *how],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_real_site_starts_without_the_demonstration(tmp_path):
    code, said = check(tmp_path)
    assert code == 0, said


def test_a_real_site_has_nothing_that_a_deployment_should_not(tmp_path):
    keeper = "keeper@lcep.example.org"
    rest = {"DEFAULT_FROM_EMAIL": keeper, "SECRET_KEY": STRONG + STRONG.swapcase()}
    code, said = check(tmp_path, "--deploy", "--fail-level", "WARNING", **rest)
    assert code == 0, said


def test_cookies_of_a_real_site_are_bound_to_its_host_and_go_over_https_only(tmp_path, monkeypatch, settings, db):
    """`__Host-`: browsers take such a cookie from this host only, over https, for all of it (RFC 6265bis 4.1.3.2)."""
    for name, value in (
        REAL | {"LCEP_VAR": str(tmp_path), "DEMO": "", "DEBUG": "", "TRUSTED_PROXY_COUNT": "1"}
    ).items():
        monkeypatch.setenv(name, value)
    real = runpy.run_path(str(settings.BASE_DIR / "lcep" / "settings.py"))
    for name in real:
        if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE", "SECURE_", "SITE_")):
            setattr(settings, name, real[name])
    assert not real["DEBUG"] and not real.get("SESSION_SAVE_EVERY_REQUEST") and not real.get("USE_X_FORWARDED_HOST")
    visitor = Client(headers={"x-forwarded-proto": "https", "host": "lcep.example.org"})
    settings.SECURE, settings.ALLOWED_HOSTS = True, real["ALLOWED_HOSTS"]
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", {"email": factories.member("sam@example.org").email})
    set_ = {name: each for name, each in visitor.cookies.items() if name.startswith("__Host-")}
    assert set(set_) == {"__Host-session", "__Host-csrf"} == set(visitor.cookies)
    for each in set_.values():
        assert each["secure"] and each["httponly"] and each["samesite"] == "Lax" and each["path"] == "/"
        assert not each["domain"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is not set"),
        ("SECRET_KEY", "changeme-changeme-changeme-changeme-1", "too weak"),
        ("TOKEN_KEYS", "short", "too weak"),
        ("ADDRESS_KEY", "a" * 60, "too weak"),
        ("SITE_URL", None, "SITE_URL is not set"),
        ("SITE_URL", "lcep.example.org", "must look like"),
        ("SITE_URL", "https://lcep.example.org/sub", "must look like"),
        ("SITE_URL", "http://lcep.example.org", "must begin with https"),
        ("DEBUG", "perhaps", "must be 1 or 0"),
    ],
)
def test_a_value_that_would_hurt_is_refused(tmp_path, name, value, words):
    code, said = check(tmp_path, **{name: value})
    assert code != 0 and words in said.splitlines()[-1]


def test_a_weak_key_among_strong_ones_is_refused(tmp_path):
    code, said = check(tmp_path, TOKEN_KEYS=f"{STRONG},short")
    assert code != 0 and "TOKEN_KEYS" in said.splitlines()[-1]


def test_the_demonstration_never_mails_beyond_this_machine(tmp_path):
    code, said = check(tmp_path, DEMO="1", EMAIL_URL="smtp://relay.example.org:25")
    assert code != 0 and "this machine" in said.splitlines()[-1]


def test_keys_made_while_trying_it_out_are_kept_and_private(tmp_path):
    trying = dict.fromkeys(["SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY", "SITE_URL"])
    assert check(tmp_path, DEBUG="1", **trying)[0] == 0
    first = (tmp_path / "keys.json").read_text()
    assert check(tmp_path, DEBUG="1", **trying)[0] == 0
    assert (tmp_path / "keys.json").read_text() == first
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
