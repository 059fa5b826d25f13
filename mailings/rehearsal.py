"""A fire drill: invented people, one long personal newsletter, and the whole engine from plan to relay.

Everything it makes hangs on a hidden partnership of its own and a route of its own, so that no other
sender takes its mail and it takes nobody else's; all of it is removed afterwards, also after an error.
"""

import contextlib
import time
import uuid
from dataclasses import asdict, dataclass
from datetime import timedelta
from types import TracebackType

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from lcep.letters import NEWSLETTERS, Kind
from mailings.audience import on_the_list
from mailings.dialect import dialect
from mailings.kinds import bulk
from mailings.message import Message
from mailings.models import Delivery, Exclusion, Mailing, Rendition, Sender
from mailings.relay import Relay
from mailings.replay import replay
from mailings.run import Run
from mailings.slots import slot
from members.models import Member, Membership
from partnerships.models import Partnership, Region

KIND = Kind(
    "rehearsal",
    "A rehearsal of sending",
    NEWSLETTERS,
    timedelta(hours=6),
    purpose="newsletter",
    when_late="ask",
    in_doubt="ask",
)
INVENTED = ("example.org", "example.com", "example.net", ".example", ".test", ".invalid")
PARAGRAPH = (
    "Schools, libraries, museums and artists of this invented place met again and agreed that every child should "
    "sing, build, dance and read aloud before the summer. The next date stands below, and the door is open. "
)


def real_members() -> int:
    """How many members have an address that could be somebody's (not one reserved for examples, RFC 2606)."""
    invented = Q(email="")
    for ending in INVENTED:
        invented |= Q(email__endswith=ending if ending.startswith(".") else f"@{ending}") | Q(
            email__endswith=f".{ending.lstrip('.')}"
        )
    return Member.objects.exclude(invented).count()


@dataclass
class Figures:
    recipients: int
    seconds: float = 0.0
    per_second: float = 0.0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    prepare_seconds: float = 0.0

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class Rehearsal:
    """`with Rehearsal(1000, "127.0.0.1:25") as rehearsal: rehearsal.prepare(); rehearsal.send()`."""

    def __init__(self, recipients: int, smtp: str, connections: int = 1) -> None:
        self.name = f"rehearsal-{uuid.uuid4().hex[:12]}"
        self.relay = Relay.read(f"smtp://{smtp}?tls=off&connections=64", name=self.name)
        self.connections = connections
        self.figures = Figures(recipients)

    def __enter__(self) -> "Rehearsal":
        try:
            self._invent()
        except BaseException:
            self._clear()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def prepare(self) -> None:
        """Plan the newsletter and settle who gets it."""
        began = time.monotonic()
        self.mailing = Mailing.schedule(
            KIND, key=self.name, partnership=self.partnership, subject="A rehearsal", delay=timedelta(0)
        )
        Mailing.objects.filter(pk=self.mailing.pk).update(route=self.relay.route(), state=Mailing.State.PREPARING)
        self.mailing.prepare()
        self.figures.prepare_seconds = round(time.monotonic() - began, 3)
        if self.mailing.state != Mailing.State.SENDING:
            raise RuntimeError(self.mailing.reason)

    def send(self) -> None:
        """Send until nobody waits; one run after another, as a real sender does."""
        began = time.monotonic()
        while self.mailing.account().waiting and Run(self.relay, connections=self.connections, linger=0.2).send():
            self.mailing.refresh_from_db()
            if self.mailing.state != Mailing.State.SENDING or self.relay.route().closures:
                break
        took = time.monotonic() - began
        account = self.mailing.account()
        figures = self.figures
        figures.seconds, figures.per_second = round(took, 3), round(account.sent / took, 1)
        figures.sent, figures.failed, figures.skipped = account.sent, account.failed, account.skipped
        figures.uncertain = account.uncertain

    def _invent(self) -> None:
        region = Region.objects.order_by("pk").first()
        self.region = None if region else Region.objects.create(slug=self.name, name="A rehearsal")
        self.partnership = Partnership.objects.create(
            slug=self.name, name="A rehearsal", status=Partnership.Status.HIDDEN, region=region or self.region
        )
        postgres = connection.vendor == "postgresql"
        numbers = (
            "generate_series(1, %s) AS n(n)"
            if postgres
            else "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %s) SELECT n FROM n) AS n"
        )
        key = f"sha256(('{self.name}' || n.n)::bytea)" if postgres else "randomblob(32)"
        address = f"'{self.name}-' || n.n || '@example.org'"
        now = dialect().now
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO members_member (password, email, mail_to, key, name, sector, joined_at) "
                f"SELECT '!', {address}, {address}, {key}, 'Person ' || n.n, '', {now} FROM {numbers}",
                [self.figures.recipients],
            )
            cursor.execute(
                "INSERT INTO members_membership (member_id, partnership_id, joined_at, newsletter_since) "
                f"SELECT id, %s, {now}, {now} FROM members_member WHERE email LIKE %s",
                [self.partnership.pk, f"{self.name}-%@example.org"],
            )
            if postgres:  # as its autovacuum would after such a crowd; without it plans are made for an empty table
                cursor.execute("ANALYZE members_member")
                cursor.execute("ANALYZE members_membership")

    def _clear(self) -> None:
        """Remove every row of the rehearsal, the newest first."""
        replay()
        with transaction.atomic():
            self._skip_looking()
            self._remove()

    def _skip_looking(self) -> None:
        """Spare PostgreSQL, where we may, 30 looks for each of a million people at whom nothing points any more."""
        if connection.vendor != "postgresql":
            return
        with contextlib.suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = 'replica'")

    def _remove(self) -> None:
        mine = Mailing.objects.filter(key=self.name)
        renditions = list(mine.exclude(rendition=None).values_list("rendition", flat=True))
        for queryset in (
            Delivery.objects.filter(mailing__in=mine),
            Exclusion.objects.filter(mailing__in=mine),
            mine,
            Rendition.objects.filter(pk__in=renditions),
            Sender.objects.filter(route__name=self.name),
            Membership.objects.filter(partnership__slug=self.name),
        ):
            queryset._raw_delete(queryset.db)
        people = Member.objects.filter(email__startswith=f"{self.name}-", email__endswith="@example.org")
        people._raw_delete(people.db)
        Partnership.objects.filter(slug=self.name).delete()
        Region.objects.filter(slug=self.name).delete()
        type(self.relay.route()).objects.filter(name=self.name).delete()


def _newsletter(mailing: Mailing) -> Message:
    """A personal newsletter of about 24 KB, text and HTML together."""
    parts = [f"{number}. {PARAGRAPH}" for number in range(1, 43)]
    text = f"{slot('greeting')}\n\n" + "\n\n".join(parts) + f"\n\nChoose what you get: {slot('choices_url')}\n"
    body = "".join(f"<h2>Part {at}</h2><p>{part}</p>" for at, part in enumerate(parts, 1))
    html = (
        "<!doctype html><html lang='en'><head><title>A rehearsal</title></head><body>"
        f'<p>{slot("greeting")}</p>{body}<p><a href="{slot("choices_url")}">Choose what you get</a></p></body></html>'
    )
    return Message(mailing.subject, text, html, partnership=mailing.partnership, marketing=True, purpose=KIND.purpose)


def _audience(mailing: Mailing) -> QuerySet[Member]:
    assert mailing.partnership is not None
    return on_the_list(mailing.partnership, KIND.purpose)


bulk(KIND, _audience, _newsletter)
