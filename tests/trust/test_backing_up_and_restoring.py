"""A backup of the whole site, restored into an empty place."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lcep.settings import BASE_DIR
from mailings.models import Delivery, Mailing, Rendition
from members import emails, wording
from members.models import JoinRequest, Member, Suppression, Wording
from members.rights.forgetting import forget
from trust import lasting
from trust.addresses import key_of
from trust.backups import contents, drill, writing
from trust.backups.reading import BadBackupError

MADE_ELSEWHERE = {"mailings.site", "mailings.sender"}


class Place:
    """A site of its own on SQLite, in a folder of its own, reached only through manage.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = os.environ | {
            "LCEP_VAR": str(folder),
            "DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'lcep.sqlite3'}",
        }
        folder.mkdir()

    def manage(self, *words: str | Path, ok: bool = True) -> str:
        command = [sys.executable, "manage.py", *map(str, words)]
        done = subprocess.run(command, cwd=BASE_DIR, env=self.env, capture_output=True, text=True, timeout=240)
        assert (done.returncode == 0) is ok, done.stderr[-2000:]
        return done.stdout if ok else done.stderr

    def shell(self, words: str) -> str:
        return self.manage("shell", "--no-imports", "-v", "0", "-c", words).strip()


@pytest.fixture(scope="module")
def empty(tmp_path_factory, furnished) -> Place:
    place = Place(tmp_path_factory.mktemp("empty") / "place")
    if not any(furnished(place.folder).glob("*.sqlite3")):
        place.manage("migrate", "-v", "0")
    return place


@pytest.fixture
def place(empty, tmp_path) -> Place:
    """An empty place with its tables, made by copying one."""
    other = Place(tmp_path / "place")
    shutil.copytree(empty.folder, other.folder, dirs_exist_ok=True)
    return other


@pytest.fixture
def site(leeds, pod, ada, ben, settings, tmp_path):
    """People, a secret mail on its way, and an uploaded file."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "documents").mkdir(parents=True)
    (settings.MEDIA_ROOT / "documents" / "abc").write_bytes(b"%PDF-1.7 invented")
    shown = Wording.of(wording.joining(leeds, False))
    asked, code = JoinRequest.ask(leeds, "sam@example.org", with_events=False, wording=shown)
    emails.join_code(asked, code).send()
    emails.choices_changed(ben.memberships.get()).send()
    return f"{code[:3]} {code[3:]}"  # as the mail says it


def rows_of(backup: Path) -> dict[str, list[dict]]:
    with zipfile.ZipFile(backup) as bundle:
        names = [name for name in bundle.namelist() if name.startswith("rows/")]
        return {
            name.removeprefix("rows/").removesuffix(".jsonl"): list(map(json.loads, bundle.read(name).splitlines()))
            for name in names
        }


@pytest.mark.django_db(transaction=True)
def test_what_is_restored_is_what_was_there(site, place, tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    call_command("backup", first)
    said = place.manage("restore", first)
    place.manage("backup", second)
    was, now = rows_of(first), rows_of(second)
    assert was["members.member"] and was["mailings.delivery"] and "1 uploaded file" in said
    differing = {name for name in was if was[name] != now[name]} - MADE_ELSEWHERE
    # What was under way waits for a person, as in any place that was not adopted.
    assert differing <= {"mailings.mailing", "mailings.delivery"}, differing
    assert (place.folder / "media" / "documents" / "abc").read_bytes() == b"%PDF-1.7 invented"


@pytest.mark.django_db(transaction=True)
def test_ids_that_stood_in_links_are_not_given_out_again(site, place, tmp_path, leeds):
    asked = JoinRequest.objects.latest("pk")
    last = asked.pk
    asked.delete()
    call_command("backup", tmp_path / "b.zip")
    place.manage("restore", tmp_path / "b.zip")
    words = (
        "from members.models import *; from partnerships.models import *; p = Partnership.objects.get(slug='leedscep');"
        "w = Wording.of('shown'); print(JoinRequest.ask(p, 'kim@example.org', with_events=False, wording=w)[0].pk)"
    )
    assert int(place.shell(words)) > last


@pytest.mark.django_db(transaction=True)
def test_no_secret_is_in_it(site, tmp_path):
    assert any(site in bytes(each.body).decode(errors="replace") for each in Rendition.objects.filter(secret=True))
    call_command("backup", tmp_path / "b.zip")
    rows = rows_of(tmp_path / "b.zip")
    assert [row["body"] for row in rows["mailings.rendition"] if row["secret"]] == [""]
    assert any(row["body"] for row in rows["mailings.rendition"])
    assert "sessions.session" not in rows
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        assert not any(site.encode() in bundle.read(name) for name in bundle.namelist())


@pytest.mark.django_db(transaction=True)
def test_newsletters_wait_in_the_restored_place(site, place, tmp_path, leeds):
    Mailing.objects.filter(marketing=False).update(marketing=True, purpose="newsletter", in_doubt="ask")
    assert Mailing.objects.filter(state="sending").exists()
    call_command("backup", tmp_path / "b.zip")
    place.manage("restore", tmp_path / "b.zip")
    words = (
        "from mailings.models import Mailing; from mailings import fingerprint;"
        "print(fingerprint.is_adopted(), *Mailing.objects.values_list('state', flat=True))"
    )
    adopted, *states = place.shell(words).split()
    assert adopted == "False" and states and set(states) == {"paused"}


@pytest.mark.django_db(transaction=True)
def test_only_its_owner_may_read_it_and_it_replaces_nothing(site, tmp_path):
    path = tmp_path / "b.zip"
    call_command("backup", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", path)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["b.zip"]


@pytest.mark.django_db(transaction=True)
def test_a_full_place_refuses_and_keeps_what_it_has(site, tmp_path):
    call_command("backup", tmp_path / "b.zip")
    before = Delivery.objects.count()
    with pytest.raises(CommandError, match="Restore into an empty database"):
        call_command("restore", tmp_path / "b.zip")
    assert Delivery.objects.count() == before


def tampered(path: Path, name: str, change) -> Path:
    """A copy of a backup with one part changed, and the manifest as it was."""
    other = path.with_name(f"tampered-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for each in old.namelist():
            content = change(old.read(each)) if each == name else old.read(each)
            if content is not None:
                new.writestr(each, content)
    return other


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("rows/members.member.jsonl", lambda was: was.replace(b"Ada", b"Eva"), "is not what was written"),
        ("rows/members.member.jsonl", lambda was: None, "members.member.jsonl is missing"),
        ("manifest.json", lambda was: b"{", "no readable manifest"),
        ("manifest.json", lambda was: was.replace(b'"version": 1', b'"version": 9'), "has version 9"),
        ("manifest.json", lambda was: was.replace(b'"trust.0001', b'"trust.9001'), "older version"),
        (
            "manifest.json",
            lambda was: was.replace(b'"migrations": [', b'"migrations": ["trust.9999_x",'),
            "newer version",
        ),
    ],
)
def test_a_damaged_backup_is_refused(site, tmp_path, name, change, says):
    call_command("backup", tmp_path / "b.zip")
    with pytest.raises(CommandError, match=says):
        call_command("restore", tampered(tmp_path / "b.zip", name, change))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "says"), [("text.zip", "cannot be read as a backup"), ("none.zip", "There is no file")]
)
def test_what_is_no_backup_is_refused(tmp_path, name, says):
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(CommandError, match=says):
        call_command("restore", tmp_path / name)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_cannot_be_leaves_the_place_empty(site, place, tmp_path):
    """Everything comes back or nothing: here a membership is of nobody."""
    call_command("backup", tmp_path / "b.zip")
    content = b""
    other = tampered(tmp_path / "b.zip", "rows/members.member.jsonl", lambda was: content)
    with zipfile.ZipFile(other) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
    manifest["parts"]["rows/members.member.jsonl"]["sha256"] = hashlib.sha256(content).hexdigest()
    other = tampered(other, "manifest.json", lambda was: json.dumps(manifest).encode())
    assert "members_" in place.manage("restore", other, ok=False)
    words = "from partnerships.models import Partnership; print(Partnership.objects.count())"
    assert place.shell(words) == "0" and not (place.folder / "media").exists()


@pytest.mark.django_db(transaction=True)
def test_every_table_is_in_it_or_named_as_left_out(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "nothing uploaded"
    manifest = writing.write(tmp_path / "b.zip")
    names = {f"rows/{model._meta.label_lower}.jsonl" for model in contents.tables()}
    assert set(manifest["parts"]) == names and "rows/members.member.jsonl" in names
    assert contents.LEFT_OUT & {name[5:-6] for name in names} == set()


@pytest.fixture
def wishes(settings, tmp_path, monkeypatch):
    """A verb that notes what it was asked to do."""
    settings.LCEP_VAR = tmp_path
    done = []
    monkeypatch.setitem(lasting.verbs, "left", lambda **ids: done.append(ids))
    return done


@pytest.mark.django_db(transaction=True)
def test_wishes_since_a_moment_are_found_again(wishes, tmp_path):
    lasting.note("left", membership=1)
    later = timezone.now()
    lasting.note("left", membership=2)
    with (tmp_path / lasting.NAME).open("a") as file:
        file.write('{"at": "2026-11-2')  # cut short by a crash
    found = lasting.since(later)
    assert [wish["membership"] for wish in found] == [2]
    assert lasting.fulfil(found) == 1 and wishes == [{"membership": 2}]


@pytest.mark.django_db
def test_a_wish_is_noted_only_when_it_was_fulfilled(wishes, tmp_path):
    lasting.note("left", membership=1)  # the transaction of this test never ends well
    assert not (tmp_path / lasting.NAME).exists()


@pytest.mark.django_db(transaction=True)
def test_old_wishes_are_tidied_away(wishes, tmp_path, time_machine):
    time_machine.move_to(timezone.now() - lasting.KEPT_FOR - timedelta(days=1))
    lasting.note("left", membership=1)
    time_machine.move_to(timezone.now() + lasting.KEPT_FOR + timedelta(days=2))
    lasting.note("left", membership=2)
    assert lasting.tidy() == 1
    assert [json.loads(line)["membership"] for line in (tmp_path / lasting.NAME).read_text().splitlines()] == [2]


@pytest.mark.django_db(transaction=True)
def test_who_left_after_the_backup_is_not_on_the_list_that_comes_back(site, place, tmp_path, settings, ada, ben, dee):
    """Each wish is noted without a name, and fulfilled again in the restored place."""
    call_command("backup", tmp_path / "b.zip")
    settings.LCEP_VAR = tmp_path / "lost"
    ben.memberships.get().leave(how="choices")
    ada.memberships.get().choose(["newsletter"], how="choices")
    Suppression.add(key_of("kim@example.org"), Suppression.Reason.NOT_ME)
    dee.stewardships.get().end()
    forget(dee)
    journal = tmp_path / "lost" / lasting.NAME
    assert "example.org" not in journal.read_text()

    place.manage("restore", tmp_path / "b.zip", "--journal", journal)

    words = (
        "from members.models import *;"
        "print(*Membership.objects.current().values_list('member__name', flat=True), sep=',');"
        "print(*Membership.objects.get(member__name='Ada').chosen);"
        "print(Suppression.objects.filter(reason='not-me').count(), Member.objects.filter(name='Dee').count())"
    )
    assert place.shell(words).splitlines() == ["Ada", "newsletter", "1 0"]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_drill_brings_it_back_elsewhere_and_says_how_long_it_took(site, tmp_path, capsys, settings):
    backup, before = tmp_path / "a.zip", Member.objects.count()
    call_command("backup", backup)
    capsys.readouterr()
    call_command("restore_drill", backup)
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == 1 and told["rows"] > before
    assert 0 < told["restore"] < told["seconds"] < 240
    assert Member.objects.count() == before


def test_a_drill_finds_what_did_not_come_back(tmp_path):
    was, now = tmp_path / "was.zip", tmp_path / "now.zip"
    for path, line in ((was, b'{"id":1,"a":{"x":1,"y":2}}\n'), (now, b'{"id":1,"a":{"y":2,"x":1}}\n')):
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr("rows/a.same.jsonl", line)
            bundle.writestr("rows/a.other.jsonl", line if path is was else b"")
    with zipfile.ZipFile(was) as ours, zipfile.ZipFile(now) as theirs:
        drill._compare(ours, theirs, "rows/a.same.jsonl")
        for name in ("rows/a.other.jsonl", "files/missing"):
            with pytest.raises(BadBackupError, match=name):
                drill._compare(ours, theirs, name)


def test_a_drill_with_what_is_no_backup_says_so(tmp_path):
    (tmp_path / "letter.zip").write_text("Dear all")
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        call_command("restore_drill", tmp_path / "letter.zip")
