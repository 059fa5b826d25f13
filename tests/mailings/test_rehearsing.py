"""A fire drill goes through the whole engine and leaves no trace, also when it goes wrong."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mailings import journal
from mailings.models import Delivery, Mailing, Rendition, Route, Sender
from mailings.rehearsal import Rehearsal, real_members
from members.models import Member, Membership
from partnerships.models import Partnership, Region
from tests import factories

pytestmark = pytest.mark.django_db


def rehearse(*arguments: str) -> dict:
    out = StringIO()
    call_command("rehearse", *arguments, stdout=out)
    return json.loads(out.getvalue())


def traces() -> list[int]:
    models = (Delivery, Mailing, Rendition, Sender, Member, Membership, Partnership, Region)
    return [*(model.objects.count() for model in models), Route.objects.exclude(name="main").count()]


def test_a_rehearsal_prints_its_figures_and_leaves_nothing(relay):
    before = traces()
    figures = rehearse("--recipients=40", f"--smtp=127.0.0.1:{relay.port}")
    assert {name: figures[name] for name in ("recipients", "sent", "failed", "skipped", "uncertain")} == {
        "recipients": 40, "sent": 40, "failed": 0, "skipped": 0, "uncertain": 0,
    }  # fmt: skip
    assert figures["per_second"] > 0 and figures["seconds"] > 0
    assert traces() == before
    assert len(relay.taken) == 40
    assert 20_000 < len(relay.taken[0].content) < 30_000
    assert relay.taken[0].message["List-Unsubscribe-Post"]
    assert all(mail.recipient.endswith("@example.org") for mail in relay.taken)
    assert not list(journal.folder().glob("*.journal"))


def test_preparing_only_sends_nothing(relay):
    figures = rehearse("--recipients=1000", f"--smtp=127.0.0.1:{relay.port}", "--prepare-only")
    assert (figures["sent"], figures["recipients"], relay.taken) == (0, 1000, [])
    assert figures["prepare_seconds"] > 0


def test_beside_real_members_it_needs_a_word(relay):
    factories.member("ada@example.org")
    factories.member("ben@school.example")
    assert real_members() == 0
    factories.member("someone@leeds.sch.uk")
    with pytest.raises(CommandError, match="1 real members"):
        rehearse("--recipients=1", f"--smtp=127.0.0.1:{relay.port}")
    assert rehearse("--recipients=1", f"--smtp=127.0.0.1:{relay.port}", "--really")["sent"] == 1
    assert Member.objects.count() == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--recipients=1", "--smtp=mail.example.org:25"], "another machine"),
        (["--recipients=0"], "1 or more"),
        (["--recipients=1", "--smtp=localhost:port"], "HOST:PORT"),
    ],
)
def test_what_it_will_not_do_it_says(arguments, words):
    with pytest.raises(CommandError, match=words):
        rehearse(*arguments)


def test_it_clears_up_after_an_error_and_when_the_relay_is_not_there():
    before = traces()
    with pytest.raises(RuntimeError), Rehearsal(5, "127.0.0.1:1") as rehearsal:
        rehearsal.prepare()
        raise RuntimeError
    assert traces() == before
    assert rehearse("--recipients=5", "--smtp=127.0.0.1:1")["sent"] == 0
    assert traces() == before
