"""Bring a list of 10,000 people along on SQLite: seconds, and the most memory the process ever held.

    python bench/importing.py [lines]

Prints one JSON line. Uses a database of its own in a folder that is removed.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def lines(count: int) -> bytes:
    """Write a list as Mailchimp exports it, with a pod for every tenth person, and duplicates and slips among them."""
    out = ['"Email Address","First Name","Last Name","Organisation","Pod","OPTIN_TIME","CONFIRM_TIME"']
    for n in range(count):
        address = f"Person{n}@Example.org" if n % 100 else f"person{max(n - 1, 1)}@example.org"
        address = address if n % 333 else "no address"
        pod = "Youth Voice" if n % 10 == 0 else ""
        out.append(
            f'"{address}","Zoë","Person {n}","Example School {n % 700}","{pod}",'
            f'"2019-03-12 09:15:22","2019-03-12 09:16:00"'
        )
    return "\r\n".join(out).encode("cp1252")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"LCEP_VAR": var, "DEBUG": "0", "DEMO": "0", "SITE_URL": "http://localhost:8000"}
        os.environ |= dict.fromkeys(("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY"), "only-for-this-bench-" + "x" * 40)
        os.environ |= {"DJANGO_SETTINGS_MODULE": "lcep.settings", "LOG_LEVEL": "ERROR"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(measured(count)))


def measured(count: int) -> dict[str, float]:
    from members.importing import carrying_out, columns
    from members.importing.reading import sheets
    from members.models import Import, Member, Membership
    from partnerships.models import Partnership, Region
    from pods.models import Group

    region = Region.objects.create(slug="leeds", name="Leeds")
    partnership = Partnership.objects.create(slug="bench", name="Bench", status="running", region=region)
    Group.objects.create(partnership=partnership, kind="pod", name="Youth Voice", slug="youth-voice")
    manager = Member.objects.welcome("manager@example.org")
    content = lines(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    importing = Import.objects.create(
        partnership=partnership, by=manager, name="subscribed.csv", content=content, answer="signed-up",
        columns=columns.guessed(sheets(content), partnership),
    )  # fmt: skip
    counts = carrying_out.report(importing).counts
    dry_run = time.monotonic() - began
    began, worked = time.monotonic(), time.process_time()
    assert carrying_out.carry_out(importing)
    took, busy = time.monotonic() - began, time.process_time() - worked
    assert Membership.objects.current().count() == counts["new"]
    began = time.monotonic()
    assert carrying_out.undo(importing, by=manager)
    undone = time.monotonic() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "lines": count,
        "people": counts["new"],
        "dry_run_seconds": round(dry_run, 2),
        "seconds": round(took, 2),
        "processor_seconds": round(busy, 2),
        "undo_seconds": round(undone, 2),
        "megabytes": round(most / 1024, 1),
        "megabytes_before": round(before / 1024, 1),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
