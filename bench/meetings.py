"""How fast the feeds and the manager's board are.

    python -m bench.meetings [rounds]

A partnership's feed of 500 meetings, asked anew and by whoever has it (304), and the board with 50 groups, on SQLite
in a folder that is removed. Milliseconds of the whole request inside Django, without a web server: the median on the
clock and of the processor, and the least; and the queries of one round. Prints one JSON line.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
MEETINGS, GROUPS, PEOPLE = 500, 50, 12


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"LCEP_VAR": var, "DEBUG": "0", "DEMO": "0", "SITE_URL": "http://localhost:8000"}
        os.environ |= dict.fromkeys(("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY"), "only-for-this-bench-" + "x" * 40)
        os.environ |= {"DJANGO_SETTINGS_MODULE": "lcep.settings", "LOG_LEVEL": "ERROR", "KEEP_PAGES": "0"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(measured(rounds)))


def measured(rounds: int) -> dict[str, Any]:
    from django.test import Client
    from django.urls import reverse

    from meetings.board import Board

    partnership, first = furnished()
    client = Client(SERVER_NAME="localhost")
    address = reverse("meetings:calendar", args=[partnership.slug])
    pod = reverse("meetings:group_calendar", args=[partnership.slug, first.slug])
    whole = client.get(address)
    assert whole.status_code == 200 and whole.content.count(b"BEGIN:VEVENT") == MEETINGS
    known = {"headers": {"if-none-match": whole["ETag"]}}
    assert client.get(address, **known).status_code == 304

    def board() -> None:
        assert len(list(Board.of(partnership).drawn())) == GROUPS

    return {
        "meetings": MEETINGS,
        "bytes": len(whole.content),
        "groups": GROUPS,
        "feed": timed(lambda: client.get(address), rounds),
        "feed known (304)": timed(lambda: client.get(address, **known), rounds),
        "feed of one group": timed(lambda: client.get(pod), rounds),
        "board": timed(board, rounds),
    }


def timed(act: Callable[[], Any], rounds: int) -> dict[str, float]:
    from django.db import connection

    queries: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: queries.append(sql) or execute(sql, *rest)):
        act()
    took, worked = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    middle = {"ms": statistics.median(took), "processor_ms": statistics.median(worked), "least": min(took)}
    return {name: round(value, 1) for name, value in middle.items()} | {"queries": len(queries)}


def furnished() -> tuple[Any, Any]:
    """Fifty groups with twelve people each; each met five times, meets five times more, and one is led by two."""
    from django.utils import timezone

    from meetings.models import Meeting
    from members.models import Member
    from partnerships.models import HalfTerm, Partnership, Place, Region, Stewardship
    from pods.models import Appointment, Group

    region = Region.objects.create(slug="leeds", name="Leeds")
    place = Place.objects.create(slug="leeds-city", name="Leeds", kind="city", region=region)
    partnership = Partnership.objects.create(slug="bench", name="Bench", status="running", region=region)
    partnership.places.add(place)
    now, today = timezone.now(), timezone.localdate()
    HalfTerm.objects.create(
        place=place, school_year="now", name="Term", number=1,
        first_on=today - timedelta(days=300), last_on=today + timedelta(days=400),
    )  # fmt: skip
    people = [Member.objects.welcome(f"p{number}@example.org") for number in range(PEOPLE)]
    Stewardship.appoint(people[0], partnership)
    groups = []
    for number in range(GROUPS):
        group = Group.objects.create(partnership=partnership, kind="pod", name=f"Pod {number}", slug=f"pod-{number}")
        groups.append(group)
        for person in people:
            group.join(person)
        Appointment.appoint(people[number % PEOPLE], group, "lead")
    rows = []
    for number in range(MEETINGS):
        group, turn = groups[number % GROUPS], number // GROUPS
        starts = now + timedelta(days=10 * (turn - 5) + 5, minutes=number)
        past = turn < 5
        rows.append(
            Meeting(
                group=group, status="held" if past else "scheduled", held_at=now if past else None,
                starts_at=starts, ends_at=starts + timedelta(hours=1), place="Example Library",
                **Meeting.named(partnership),
            )
        )  # fmt: skip
    Meeting.objects.bulk_create(rows)
    return partnership, groups[0]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
