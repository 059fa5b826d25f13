"""What a run writes down outlives it, and is read only by whoever holds the lock."""

import errno
import os
import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from mailings import journal, replay
from mailings.journal import Full, Journal, Notes
from mailings.models import Delivery, Route, Sender
from mailings.sweep import advance
from tests.mailings.conftest import crowd

BOOT = "J1 " + journal.boot_id()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.LCEP_VAR = tmp_path


def written(lines: str) -> Notes:
    return Notes.read(lines.encode())


def test_a_torn_line_counts_as_not_written():
    notes = written(f"{BOOT}\nH 1 1\nA 1 1\nH 2 1\nH 3")
    assert notes.begun == {(1, 1), (2, 1)}
    assert notes.accepted == {(1, 1)}
    assert notes.is_of_this_boot


@pytest.mark.parametrize("raw", ["", "J1", "J1 x", "nonsense\nH 1 1\n", f"{BOOT}\nH one 1\nX 1 1\nH 1\n\n"])
def test_what_cannot_be_read_proves_nothing(raw):
    notes = written(raw)
    assert (1, 1) not in notes.begun or not notes.is_of_this_boot


def test_another_boot_is_noticed():
    assert not written("J1 another\n").is_of_this_boot
    assert not written("J1 -\n").is_of_this_boot


def test_a_journal_is_private_and_locked_until_it_is_closed():
    run = Journal(uuid.uuid4())
    run.begun(7, 2)
    run.accepted(7, 2)
    assert run.path.stat().st_mode & 0o777 == 0o600
    assert run.path.parent.stat().st_mode & 0o777 == 0o700
    with replay._locked(run.path) as file:
        assert file is None, "it lives"
    assert Notes.read(run.path.read_bytes()).accepted == {(7, 2)}
    run.close(finished=False)
    with replay._locked(run.path) as file:
        assert file is not None


def test_a_full_disk_lets_nothing_more_begin(monkeypatch):
    run = Journal(uuid.uuid4())
    real = os.write

    def full(file, raw):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Full):
        run.begun(1, 1)
    monkeypatch.setattr(os, "write", real)
    with pytest.raises(Full):
        run.begun(2, 1)
    assert run.is_broken
    run.close(finished=True)


def test_a_short_write_counts_as_a_full_disk(monkeypatch):
    run = Journal(uuid.uuid4())
    monkeypatch.setattr(os, "write", lambda file, raw: len(raw) - 1)
    with pytest.raises(Full):
        run.accepted(1, 1)
    run.close(finished=True)


# What becomes of rows, by what the journal says of them


@pytest.fixture
def dead_run(leeds, newsletter):
    """A run that died with five rows of a newsletter in hand; returns its id and the numbers of the rows."""
    crowd(leeds, 5)
    newsletter()
    advance()
    route = Route.objects.get()
    sender = Sender.objects.create(route=route, lease_until=timezone.now() + timedelta(minutes=1), in_hand=5)
    Delivery.objects.update(state="handed", sender=sender, attempt=1, handed_at=Now())
    return sender.pk, list(Delivery.objects.order_by("id").values_list("id", flat=True))


def left_behind(run: uuid.UUID, text: str) -> None:
    (journal.folder() / f"{run}.journal").write_text(text)


def found() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.django_db
def test_replay_tells_sent_from_doubt_from_never_begun(dead_run):
    run, (first, second, third, *_) = dead_run
    left_behind(run, f"{BOOT}\nH {first} 1\nA {first} 1\nH {second} 1\nH {third} 9\nA {third} 9\n")
    assert replay.replay() == 1
    assert found() == ["sent", "uncertain", "queued", "queued", "queued"]
    assert Sender.objects.get().ended_how == "replayed"
    drifted = Delivery.objects.filter(state="queued", faults=1, due_at__gt=Now())
    assert drifted.count() == 3, "what may have killed the run drifts away from its neighbours"
    assert replay.replay() == 0
    assert not list(journal.folder().glob("*.journal"))


@pytest.mark.django_db
def test_what_a_dead_run_handed_over_counts_among_what_the_way_out_took(dead_run):
    run, rows = dead_run
    Route.objects.update(per_second=50, per_day=300)
    left_behind(run, f"J1 {journal.boot_id()}\nH {rows[0]} 1\nA {rows[0]} 1\nH {rows[1]} 1\n")
    replay.replay()
    used = Route.objects.get().used
    assert {name: sum(slots.values()) for name, slots in used.items()} == {"per_second": 2, "per_day": 2}


@pytest.mark.django_db
def test_after_a_restart_of_the_machine_absence_proves_nothing(dead_run):
    run, (first, *_) = dead_run
    left_behind(run, f"J1 another-boot\nH {first} 1\nA {first} 1\n")
    replay.replay()
    assert found() == ["sent"] + ["uncertain"] * 4


@pytest.mark.django_db
def test_in_a_copied_database_only_what_was_accepted_counts(dead_run):
    run, (first, *_) = dead_run
    Sender.objects.update(ended_at=Now(), ended_how="copied")
    Delivery.objects.update(state="uncertain")
    left_behind(run, f"{BOOT}\nH {first} 1\nA {first} 1\n")
    replay.replay()
    assert found() == ["sent"] + ["uncertain"] * 4


@pytest.mark.django_db
def test_a_lease_that_ran_out_takes_what_was_accepted_and_guesses_nothing(dead_run):
    run, (first, *_) = dead_run
    left_behind(run, f"{BOOT}\nH {first} 1\nA {first} 1\n")
    assert replay.expire() == 0, "it may still live"
    Sender.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert replay.expire() == 1
    assert found() == ["sent"] + ["uncertain"] * 4
    assert replay.replay() == 1
    assert found() == ["sent"] + ["queued"] * 4, "dead for sure now: what it never began goes back"


@pytest.mark.django_db
def test_a_row_handed_over_again_is_nobodys_old_business(dead_run):
    run, (first, *_) = dead_run
    Delivery.objects.filter(pk=first).update(attempt=2)
    left_behind(run, f"{BOOT}\nH {first} 1\nA {first} 1\n")
    replay.replay()
    assert Delivery.objects.get(pk=first).state == "queued"


@pytest.mark.django_db
def test_a_row_that_broke_ten_runs_is_given_up(dead_run):
    run, (first, *_) = dead_run
    Delivery.objects.filter(pk=first).update(faults=9)
    left_behind(run, f"{BOOT}\n")
    replay.replay()
    poison = Delivery.objects.get(pk=first)
    assert (poison.state, "fault of ours" in poison.reason) == ("failed", True)


@pytest.mark.django_db
def test_who_was_forgotten_while_in_hand_is_skipped_and_not_queued(dead_run):
    run, (first, *_) = dead_run
    Delivery.objects.filter(pk=first).update(address="")
    left_behind(run, f"{BOOT}\n")
    replay.replay()
    assert Delivery.objects.get(pk=first).state == "skipped"


@pytest.mark.django_db
def test_a_journal_of_no_run_of_ours_is_put_aside_and_an_empty_one_removed():
    stranger, unborn = uuid.uuid4(), uuid.uuid4()
    left_behind(stranger, f"{BOOT}\nH 1 1\n")
    left_behind(unborn, f"{BOOT}\n")
    assert replay.replay() == 2
    assert [path.stem for path in replay.strange()] == [str(stranger)]
    assert not list(journal.folder().glob("*.journal"))
