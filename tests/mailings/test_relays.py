"""EMAIL_URL in all its forms."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from mailings.models import Route
from mailings.relay import Relay


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://localhost:25", "localhost", 25, "off"),
        ("smtp://mail.example.org", "mail.example.org", 25, "offered"),
        ("smtp://mail.example.org:587", "mail.example.org", 587, "starttls"),
        ("smtp://a:b@mail.example.org:2525", "mail.example.org", 2525, "starttls"),
        ("smtps://a:b@mail.example.org", "mail.example.org", 465, "implicit"),
        ("smtp://mail.example.org?tls=off", "mail.example.org", 25, "off"),
    ],
)
def test_a_relay_is_read_from_its_url(url, host, port, tls):
    relay = Relay.read(url)
    assert (relay.host, relay.port, relay.tls) == (host, port, tls)


def test_names_and_passwords_are_unquoted_and_never_shown():
    relay = Relay.read("smtp://us%40er:p%2Fw%3A@mail.example.org")
    assert (relay.user, relay.password) == ("us@er", "p/w:")
    assert "p/w" not in repr(relay)


def test_any_other_backend_is_a_plain_way_out():
    relay = Relay.read("backend+anymail.backends.mailgun.EmailBackend://")
    assert relay.backend == "anymail.backends.mailgun.EmailBackend"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://x",
        "smtp://",
        "smtp://x?per_hour=many",
        "smtp://x?colour=red",
        "smtp://x?tls=maybe",
        "smtp://x?per_hour=0",
    ],
)
def test_what_nobody_understands_is_said_so(url):
    with pytest.raises(ImproperlyConfigured):
        Relay.read(url)


@pytest.mark.django_db
def test_the_row_follows_the_limits_of_the_url():
    assert Relay.read("smtp://x?per_hour=100&connections=2").route().per_hour == 100
    assert Relay.read("smtp://x?per_hour=200").route().per_hour == 200
    route = Route.objects.get()
    assert (route.connections, route.per_day) == (2, None)
