"""Logs hold no key and no address, in whatever part of a line they stand."""

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings

from trust.logs import Json, Lines
from trust.tokens import CHOICES, CONFIRM, DOORS

FORMATTERS = [Lines("%(levelname)s %(name)s %(message)s"), Json()]


def record(message: str, *args: object, trace: str = "") -> logging.LogRecord:
    """A record as a logger makes it, of an exception that says `trace` where that is given."""
    try:
        raise ValueError(trace)
    except ValueError:
        told = sys.exc_info() if trace else None
    return logging.LogRecord("django.request", logging.ERROR, "", 0, message, args, told)


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize("token", [CHOICES.sign(1, 2), CONFIRM.sign(3)])
@pytest.mark.parametrize("door", DOORS)
def test_a_path_that_is_a_key_is_shortened(formatter, token, door):
    said = formatter.format(record("Not Found: %s", f"/{door}/{token}/one-click/"))
    assert token not in said and f"/{door}/" in said


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_what_an_exception_says_is_made_discreet_as_well(formatter):
    token = CHOICES.sign(1, 2)
    said = formatter.format(record("broken", trace=f"Key (email)=(sam@example.org) exists, see /u/{token}/"))
    assert "sam@" not in said and token not in said
    assert "ValueError" in said


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_an_address_is_not_written_down(formatter):
    said = formatter.format(record("to <Sam.O'Neil+art@mail.example.org>, 'ben@example.org'"))
    assert "Neil" not in said and "ben@" not in said


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_what_somebody_typed_makes_no_second_line(formatter):
    said = formatter.format(record("Not Found: %s", "/a\nERROR forged\x1b[31m\u2028"))
    assert len(said.splitlines()) == 1 and "\x1b" not in said
    assert "ERROR forged" in said


def test_a_machine_reads_the_line_back():
    told = json.loads(Json().format(record("Not Found: %s", "/a\nb")))
    assert told["message"] == "Not Found: /a\nb" and told["at"].endswith("Z")


def test_no_way_out_of_the_log_goes_past_them():
    kinds = {name: each["()"] for name, each in settings.LOGGING["formatters"].items()}
    assert set(kinds.values()) == {"trust.logs.Lines", "trust.logs.Json"}
    assert all(handler["formatter"] in kinds for handler in settings.LOGGING["handlers"].values())


def test_the_proxy_knows_the_same_doors():
    told = re.search(r"\(\?<door>/\(([a-z|]+)\)/\)", Path(settings.BASE_DIR, "deploy", "nginx.conf").read_text())
    assert told and sorted(told[1].split("|")) == sorted(DOORS)
