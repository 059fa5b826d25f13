"""Every 30 seconds somebody looks for what was left lying: whoever comes first does it, the others go on."""

import logging
from datetime import timedelta

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import formats, timezone

from mailings import alarm, bounces, fingerprint, rescue
from mailings.cycle import blank
from mailings.dialect import dialect
from mailings.due import TOO_LATE
from mailings.models import Delivery, Mailing, Route, Site
from mailings.models.deliveries import DeliveryQuerySet
from mailings.relay import Relay
from mailings.replay import expire, replay

log = logging.getLogger(__name__)

EVERY = 25  # seconds; the beat comes every 30
AT_ONCE = 5000  # rows closed in one statement: a million at once would hold locks for longer than a lease
ASK = "It is later than planned: it was to leave before {late}. Send it anyway?"


class Sweep:
    """One sweep. Everything in it can be done twice, or by two at once, without harm."""

    @classmethod
    def if_due(cls) -> bool:
        """Sweep unless somebody did so in the last 25 seconds."""
        rescue.free_database()
        fingerprint.site()
        sql = dialect()
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE mailings_site SET swept_at = {sql.now} WHERE id = 1 "
                f"AND (swept_at IS NULL OR swept_at < {sql.after(str(-EVERY))} OR swept_at > {sql.after('60')})",
                [],
            )
            mine = cursor.rowcount == 1
        if mine:
            cls().run()
        return mine

    def run(self) -> None:
        """Look through everything; one part that fails does not keep the others from their work."""
        Site.objects.filter(pk=1).update(swept_at=Now())
        fingerprint.check()
        for part in (
            replay,
            expire,
            advance,
            self.ask_if_late,
            self.close_stopped,
            self.skip_late,
            self.finish,
            self.repair,
        ):
            try:
                part()
            except OperationalError:
                raise
            except DatabaseError:
                log.exception("The sweep could not do a part of its work (%s)", part.__name__)

    @classmethod
    def and_ring(cls) -> None:
        """Sweep if it is time, and wake a sender if that found something to send. What the beat does."""
        if cls.if_due() and is_anything_due():
            alarm.ring()

    def ask_if_late(self) -> None:
        """Pause what nobody began in time, unless its rule is to skip: a person decides."""
        begun = Delivery.objects.filter(mailing=OuterRef("pk"), attempt__gt=0)
        late = Mailing.objects.filter(state="sending", when_late="ask", late_after__lt=Now()).filter(~Exists(begun))
        for mailing in late:
            mailing.pause(None, _ask(mailing))

    def close_stopped(self) -> None:
        """Close those who still waited when their mailing was stopped."""
        stopped = Mailing.objects.filter(state="stopped").values("pk")
        self._skip(Delivery.objects.filter(mailing__in=stopped), "This mailing was stopped")

    def skip_late(self) -> None:
        """Close what nobody wants late: a code, once its own time is over."""
        late = Mailing.objects.filter(state__in=["sending", "paused"], when_late="skip", late_after__lt=Now()).values(
            "pk"
        )
        self._skip(Delivery.objects.filter(mailing__in=late), TOO_LATE)

    def finish(self) -> None:
        """Set to done what nobody waits for, and blank what was secret.

        The lock and the look are two statements: in one, PostgreSQL may judge by an old snapshot and
        miss a resend.
        """
        ready = list(Mailing.objects.filter(~_somebody_waits(), state="sending").values_list("pk", flat=True)[:AT_ONCE])
        while ready:
            batch, ready = ready[:500], ready[500:]
            with transaction.atomic(), connection.cursor() as cursor:
                locked = list(
                    Mailing.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
                    .filter(pk__in=batch, state="sending")
                    .values_list("pk", flat=True)
                )
                Mailing.objects.filter(~_somebody_waits(), pk__in=locked).update(state="done", finished_at=Now())
                blank(cursor, locked)
                bounces.of_refusals(locked)

    def repair(self) -> None:
        """Open again what was done too early: a row that waits in a done mailing (this should never happen)."""
        done = Mailing.objects.filter(_somebody_waits(), state="done", finished_at__gt=Now() - timedelta(days=2))
        for mailing in done:
            log.error("Mailing %s was done while somebody waited; it goes on.", mailing.pk)
            Mailing.objects.filter(pk=mailing.pk, state="done").update(state="sending", finished_at=None)

    def _skip(self, deliveries: DeliveryQuerySet, reason: str) -> None:
        """Close queued rows, so many at a time, each batch in its own short transaction."""
        queued = deliveries.queued()
        while True:
            numbers = list(queued.values_list("pk", flat=True)[:AT_ONCE])
            closed = Delivery.objects.filter(pk__in=numbers, state="queued")
            if not closed.update(state="skipped", reason=reason, finished_at=Now()):
                break


def advance() -> None:
    """Begin what is due: prepare it, or ask first when it is too late. Safe when two do it at once."""
    for mailing in Mailing.objects.due().order_by("priority", "id"):
        if mailing.when_late == "ask" and _is_late(mailing):
            mailing.pause(None, _ask(mailing))
        elif not mailing.marketing or fingerprint.is_adopted():
            Mailing.objects.filter(pk=mailing.pk, state="scheduled").update(state="preparing")
            mailing.prepare()
        else:
            mailing.pause(None, fingerprint.ELSEWHERE)


def is_anything_due() -> bool:
    """Whether a run would find something to do: a due row of an open way out, or a mailing whose hour has come."""
    way_out = Relay.of_site().route()
    if Route.objects.filter(pk=way_out.pk, closed_until__gt=Now()).exists():
        return False
    waiting = Delivery.objects.filter(mailing=OuterRef("pk"), leaves_at__lte=Now())
    sending = Mailing.objects.filter(state="sending", route=way_out)
    if not fingerprint.is_adopted():
        sending = sending.filter(marketing=False)
    return sending.filter(Exists(waiting)).exists() or Mailing.objects.due().exists()


def _somebody_waits() -> Q:
    mine = Delivery.objects.filter(mailing=OuterRef("pk"))
    return Q(Exists(mine.queued())) | Q(Exists(mine.doubtful())) | Q(Exists(mine.in_hand()))


def _is_late(mailing: Mailing) -> bool:
    return Mailing.objects.filter(pk=mailing.pk, late_after__lt=Now()).exists()


def _ask(mailing: Mailing) -> str:
    late = timezone.localtime(mailing.late_after)
    return ASK.format(late=formats.date_format(late, "l j F, H:i"))
