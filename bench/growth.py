"""How pages grow with the site: from 1 to 150 partnerships, and from 120 to 1,000,000 memberships.

    python -m bench.growth [--sqlite] [--sizes 1:120,10:1200,150:18000,150:1000000] [--rounds 5]

Each size is partnerships at home : memberships. A tenth of the memberships, and 120 at least, are of the first
partnership, whose manager works; the others are shared out evenly. Every partnership has 4 groups of 8, 20 meetings,
24 stories and 6 newsletters. Pages are asked inside Django, without a web server and with nothing kept ready
(KEEP_PAGES=0, KEEP_DIRECTORY=0): the median in milliseconds, and queries. On a PostgreSQL of its own, or on SQLite,
in a folder that is removed. Prints a table, and in the last column how often the time of the first size goes into
that of the last.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

GROUPS, IN_A_GROUP, STORIES, NEWSLETTERS, MEETINGS = 4, 8, 24, 6, 20
PUBLIC = {
    "home": "/",
    "directory": "/partnerships/",
    "directory, searched": "/partnerships/?q=partnership+7",
    "region": "/london/",
    "partnership": "/partnerships/p-1/",
    "noticeboard": "/partnerships/p-1/noticeboard/",
    "newsletters": "/partnerships/p-1/newsletters/",
    "events": "/partnerships/p-1/events/",
    "pods": "/partnerships/p-1/pods/",
    "one pod": "/partnerships/p-1/pods/pod-1/",
    "join": "/partnerships/p-1/join/",
    "feed": "/partnerships/p-1/newsletters/feed.xml",
    "calendar": "/partnerships/p-1/calendar.ics",
    "sitemap": "/sitemap.xml",
    "readyz": "/readyz",
}
DESK = {
    "desk": "/admin/",
    "list": "/admin/members/membership/",
    "list, searched": "/admin/members/membership/?q=person+77",
    "list, last page": "/admin/members/membership/?p=last",
    "one person": "/admin/members/membership/{membership}/change/",
    "mailings": "/admin/mailings/mailing/",
    "newsletters to write": "/admin/newsletters/newsletter/",
    "who gets it": "/admin/newsletters/newsletter/{newsletter}/who/",
    "check": "/admin/newsletters/newsletter/{newsletter}/check/",
    "stories": "/admin/newsletters/story/",
    "planner": "/admin/planner/p-1/",
    "groups": "/admin/pods/group/",
    "moving in": "/admin/moving-in/p-1/",
    "entries": "/admin/trust/entry/",
    "my pages": "/me/",
    "evidence": "/partnerships/p-1/evidence/",
    "leader's desk": "/lead/{group}/",
    "suggested dates": "/lead/{group}/plan/",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--sizes", default="1:120,10:1200,150:18000,150:1000000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sizes = [tuple(int(number) for number in size.split(":")) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="lcep-bench-", dir="/tmp" if os.geteuid() == 0 else None) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else where we are root
        server = None
        if not options.sqlite:
            from tests.servers import postgres

            server = postgres.start(Path(folder) / "pg")
        try:
            _begin(folder, server.url if server else "")
            measured(sizes, options.rounds)
        finally:
            if server:
                server.stop()


def _begin(var: str, database: str) -> None:
    os.environ |= {"LCEP_VAR": var, "DEBUG": "0", "DEMO": "0", "SITE_URL": "http://localhost:8000", "REDIS_URL": ""}
    os.environ |= dict.fromkeys(("SECRET_KEY", "TOKEN_KEYS", "ADDRESS_KEY"), "only-for-this-bench-" + "x" * 40)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "lcep.settings", "LOG_LEVEL": "ERROR", "DATABASE_URL": database}
    os.environ |= {"KEEP_PAGES": "0", "KEEP_DIRECTORY": "0"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def measured(sizes: list[tuple[int, ...]], rounds: int) -> None:
    """Grow from size to size, and print the table as it grows."""
    from django.db import connection

    found: dict[str, list[tuple[float, int]]] = {}
    world = World()
    for partnerships, memberships in sizes:
        began = time.monotonic()
        world.grow(partnerships, memberships)
        print(f"{partnerships} partnerships, {memberships} memberships made in {time.monotonic() - began:.0f} s, "
              f"load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)  # fmt: skip
        for name, (client, path) in world.pages().items():
            found.setdefault(name, []).append(timed(client, path, rounds))
    heads = [f"{partnerships}:{memberships:,}" for partnerships, memberships in sizes]
    print(f"| {connection.vendor}: ms (queries) | " + " | ".join(heads) + " | x |")
    print("|---" * (len(sizes) + 2) + "|")
    for name, points in found.items():
        cells = [f"{took:.0f} ({queries})" for took, queries in points]
        print(f"| {name} | " + " | ".join(cells) + f" | {points[-1][0] / points[0][0]:.1f} |")
    print(json.dumps({name: points[-1] for name, points in found.items()}))


def timed(client: Any, path: str, rounds: int) -> tuple[float, int]:
    """Ask a page once to count its queries and then `rounds` times: (median in ms, queries)."""
    from django.db import connection

    queries: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: queries.append(sql) or execute(sql, *rest)):
        answer = client.get(path)
    if answer.status_code not in {200, 503}:
        raise RuntimeError(f"{path}: {answer.status_code}")
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        if sum(took) > 20_000:  # a page that slow need not be asked again
            break
    return statistics.median(took), len(queries)


class World:
    """What is in the database; it only grows."""

    def __init__(self) -> None:
        from django.utils import timezone

        from partnerships.models import HalfTerm, Place, Region

        self.region = Region.objects.create(slug="london", name="London")
        self.place = Place.objects.create(slug="camden", name="Camden", kind="borough", region=self.region)
        today = timezone.localdate()
        HalfTerm.objects.create(
            place=self.place, school_year="now", name="Term", number=1,
            first_on=today - timedelta(days=300), last_on=today + timedelta(days=400),
        )  # fmt: skip
        self.partnerships: list[Any] = []
        self.people = 0

    def grow(self, partnerships: int, memberships: int) -> None:
        from django.db import connection

        while len(self.partnerships) < partnerships:
            self._partnership(len(self.partnerships) + 1)
        self._list(memberships)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def pages(self) -> dict[str, tuple[Any, str]]:
        """Return (whose client, address) of every page by name."""
        from django.test import Client

        from members.models import Membership

        visitor, desk = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
        desk.force_login(self.manager)
        session = desk.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
        session["account_authentication_methods_user"] = str(self.manager.pk)
        session.save()
        mine = Membership.objects.filter(partnership=self.partnerships[0])
        last = max(1, (mine.count() + 99) // 100)
        names = {"membership": mine.order_by("-pk").first().pk, "newsletter": self.draft.pk, "group": self.group.ref}
        asked = {name: path.format(**names).replace("p=last", f"p={last}") for name, path in DESK.items()}
        return {name: (visitor, path) for name, path in PUBLIC.items()} | {
            name: (desk, path) for name, path in asked.items()
        }

    def _partnership(self, number: int) -> None:
        from members.models import Member
        from partnerships.models import Partnership, Stewardship

        slug = f"p-{number}"
        made = Partnership.objects.create(
            slug=slug, name=f"Partnership {number}", status="running", region=self.region, summary="A summary.",
            source="https://example.org/", mailbox=f"hello@{slug}.example.org",
        )  # fmt: skip
        made.places.add(self.place)
        people = [Member.objects.welcome(f"member{n}@{slug}.example.org") for n in range(IN_A_GROUP)]
        Stewardship.appoint(people[0], made)
        self.partnerships.append(made)
        groups = self._groups(made, people)
        self._meetings(made, groups, people)
        draft = self._writing(made, people[0])
        if number == 1:
            self.manager, self.group, self.draft = people[0], groups[0], draft

    def _groups(self, made: Any, people: list[Any]) -> list[Any]:
        from pods.models import Appointment, Group, GroupMembership

        groups = [
            Group.objects.create(partnership=made, kind="pod", name=f"Pod {n}", slug=f"pod-{n}", purpose="To meet.")
            for n in range(1, GROUPS + 1)
        ]
        GroupMembership.objects.bulk_create(
            GroupMembership(group=group, member=person) for group in groups for person in people
        )
        for group in groups:
            Appointment.appoint(people[0], group, "lead")
        return groups

    def _meetings(self, made: Any, groups: list[Any], people: list[Any]) -> None:
        from django.utils import timezone

        from meetings.models import Invitation, Meeting

        now, rows = timezone.now(), []
        for turn in range(MEETINGS):
            past, starts = turn < MEETINGS - GROUPS, now + timedelta(days=20 * (turn // GROUPS - 4) + 9)
            held = past and starts < now
            rows.append(
                Meeting(
                    group=groups[turn % GROUPS], status="held" if held else "scheduled", held_at=now if held else None,
                    starts_at=starts, ends_at=starts + timedelta(hours=1), place="Library", **Meeting.named(made),
                )
            )  # fmt: skip
        meetings = Meeting.objects.bulk_create(rows)
        Invitation.objects.bulk_create(
            Invitation(meeting=meeting, member=person, reply="yes", source="page", replied_at=now)
            for meeting in meetings
            for person in people
        )

    def _writing(self, made: Any, manager: Any) -> Any:
        from django.utils import timezone

        from newsletters.models import Newsletter, Story

        now = timezone.now()
        Story.objects.bulk_create(
            Story(
                partnership=made, kind="news", title=f"News {n}", text="Something happened. " * 12, writer=manager,
                sent_at=now - timedelta(days=9 * n), approved_at=now - timedelta(days=9 * n), decided_by=manager,
            )
            for n in range(STORIES)
        )  # fmt: skip
        letters = Newsletter.objects.bulk_create(
            Newsletter(
                partnership=made, number=n, subject=f"Issue {n}", opening="Here is the news.", made_by=manager,
                published_at=now - timedelta(days=60 * (NEWSLETTERS - n)) if n < NEWSLETTERS else None,
            )
            for n in range(1, NEWSLETTERS + 1)
        )  # fmt: skip
        return letters[-1]

    def _list(self, memberships: int) -> None:
        """Put people on lists until there are so many memberships: the first partnership has a tenth, 120 at least."""
        from django.db import connection, transaction

        from mailings.dialect import dialect

        now, postgres = dialect().now, connection.vendor == "postgresql"
        numbers = (
            "generate_series(%s::int, %s::int) AS n(n)"
            if postgres
            else "(WITH RECURSIVE n(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM n WHERE n < %s) SELECT n FROM n) AS n"
        )
        key = "sha256(('bench' || n.n)::bytea)" if postgres else "randomblob(32)"
        address = "'person' || n.n || '@people.example.org'"
        first, others = self.partnerships[0].pk, [each.pk for each in self.partnerships[1:]]
        mine, had = max(120, memberships // 10), self.people
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO members_member (password, email, mail_to, key, name, sector, joined_at) "
                f"SELECT '!', {address}, {address}, {key}, 'Person ' || n.n, '', {now} FROM {numbers}",
                [had + 1, memberships],
            )
            cursor.execute("SELECT count(*) FROM members_membership WHERE partnership_id = %s", [first])
            wanted = max(mine - cursor.fetchone()[0], 0)
            cursor.execute("SELECT min(id), max(id) FROM members_member WHERE email LIKE 'person%%@people.example.org' "
                           "AND id NOT IN (SELECT member_id FROM members_membership)")  # fmt: skip
            low, high = cursor.fetchone()
            chosen = (
                f"CASE WHEN id < {low + wanted} OR {len(others)} = 0 THEN {first} ELSE {others[0] if others else 0} "
            )
            chosen += f"+ (id %% {max(len(others), 1)}) END" if others else "END"
            cursor.execute(
                "INSERT INTO members_membership (member_id, partnership_id, joined_at, newsletter_since, events_since) "
                f"SELECT id, {chosen}, {now}, {now}, {now} FROM members_member WHERE id BETWEEN %s AND %s",
                [low, high],
            )
        self.people = memberships


if __name__ == "__main__":
    main()
