"""One message to many people."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Now

from lcep.letters import KINDS, Kind
from mailings import alarm
from mailings.models.senders import Route
from members.models import Member
from partnerships.models import Partnership
from trust.models import Entry
from trust.privacy import Privacy

if TYPE_CHECKING:
    from mailings.account import Account
    from mailings.missed import Missed

# "Send now" leaves this much later, so that Undo works.
UNDO = timedelta(minutes=2)


class Rendition(models.Model):
    """A message rendered once: bytes as they leave, with slots between NULs for what differs per person."""

    privacy = Privacy(erased="body", impersonal="id sha256 secret")

    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    secret = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"rendition {self.sha256[:8]}"

    def for_backup(self) -> None:
        """Leave the text of a secret kind out of a backup: this row is written down, and never saved."""
        if self.secret:
            self.body = b""


class MailingQuerySet(models.QuerySet):
    def for_steward(self, member: Any) -> "MailingQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())

    def due(self) -> "MailingQuerySet":
        """Planned mailings whose hour has come, and those whose preparation was cut short."""
        return self.filter(state__in=["scheduled", "preparing"], send_at__lte=Now())

    def with_doubts(self) -> "MailingQuerySet":
        """Mailings with somebody of whom we cannot be sure."""
        deliveries = Mailing._meta.get_field("deliveries").related_model._default_manager  # type: ignore[union-attr]
        return self.filter(Exists(deliveries.filter(mailing=OuterRef("pk"), is_doubtful__isnull=False)))


class Mailing(models.Model):
    """Its state is written by verbs alone; each is one UPDATE that names the states it may leave."""

    privacy = Privacy(
        kept="scheduled_by",
        impersonal="id key kind marketing priority purpose when_late in_doubt partnership route subject rendition "
        "state reason send_at late_after candidates prepared excluded started_at finished_at follows to_missed",
    )

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "planned"
        PREPARING = "preparing", "getting ready"
        SENDING = "sending", "on its way"
        PAUSED = "paused", "paused"
        DONE = "done", "done"
        STOPPED = "stopped", "stopped"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    marketing = models.BooleanField()
    purpose = models.CharField(max_length=12, blank=True)
    priority = models.PositiveSmallIntegerField()
    when_late = models.CharField(max_length=4)
    in_doubt = models.CharField(max_length=6)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="mailings", null=True)
    route = models.ForeignKey(Route, models.PROTECT, related_name="mailings")
    subject = models.CharField(max_length=200)
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="mailings", null=True)
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    reason = models.CharField(max_length=300, blank=True)
    send_at = models.DateTimeField(db_default=Now())
    late_after = models.DateTimeField()
    candidates = models.PositiveIntegerField(null=True)
    prepared = models.PositiveIntegerField(null=True)
    excluded = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    scheduled_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    follows = models.ForeignKey("self", models.PROTECT, related_name="followed_by", null=True)
    # To those whom the mailing it follows did not reach, in the same words; else to everybody (a correction).
    to_missed = models.BooleanField(default=False)
    objects = MailingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["priority", "id"], condition=Q(state="sending"), name="mailing_sending"),
            models.Index(fields=["send_at"], condition=Q(state__in=["scheduled", "preparing"]), name="mailing_waiting"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="mailing_done"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["scheduled", "preparing", "sending", "paused", "done", "stopped"]),
                name="mailing_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "done"])
                | Q(candidates__isnull=False, prepared__isnull=False, excluded__isnull=False)
                & Q(candidates=F("prepared") + F("excluded")),
                name="mailing_counts_balance",
            ),
            models.CheckConstraint(condition=Q(to_missed=False) | Q(follows__isnull=False), name="missed_something"),
            models.CheckConstraint(
                condition=Q(when_late__in=["ask", "skip"], in_doubt__in=["ask", "repeat"]), name="mailing_rules_known"
            ),
            models.CheckConstraint(
                condition=Q(marketing=False, purpose="")
                | Q(marketing=True, partnership__isnull=False) & ~Q(purpose="") & Q(in_doubt="ask"),
                name="marketing_needs_a_purpose",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.STOPPED}

    @property
    def can_be_undone(self) -> bool:
        return self.state == self.State.SCHEDULED

    @property
    def can_be_paused(self) -> bool:
        return self.state in {self.State.SCHEDULED, self.State.PREPARING, self.State.SENDING}

    @property
    def can_be_stopped(self) -> bool:
        return self.can_be_paused or self.state == self.State.PAUSED

    @property
    def kind_title(self) -> str:
        """What the kind is called on screens; a kind whose app is gone keeps its name."""
        return KINDS[self.kind].title if self.kind in KINDS else self.kind

    @classmethod
    def schedule(
        cls,
        kind: Kind | str,
        *,
        key: str,
        partnership: Partnership | None = None,
        subject: str,
        by: Member | None = None,
        send_at: datetime | None = None,
        delay: timedelta | None = None,
        follows: "Mailing | None" = None,
        to_missed: bool = False,
    ) -> "Mailing":
        """Plan a mailing of a bulk kind; its people and its text are found when its hour comes.

        Idempotent by `key`: a second call returns the first mailing, whatever else it says. Without
        `send_at` marketing leaves in two minutes (Undo works until then) and service mail at once;
        `delay` says otherwise. All hours are the database's.
        """
        kind = KINDS[kind] if isinstance(kind, str) else kind
        wait = delay if delay is not None else UNDO if kind.is_marketing else timedelta(0)
        planned = send_at or Now() + wait
        with transaction.atomic():
            mailing, made = cls.objects.get_or_create(
                key=key,
                defaults=rules_of(kind)
                | {
                    "partnership": partnership,
                    "subject": subject[:200],
                    "send_at": planned,
                    "late_after": planned + kind.late_after,
                    "scheduled_by": by,
                    "follows": follows,
                    "to_missed": to_missed,
                },
            )
            if made:
                mailing.refresh_from_db()
                if by is not None:
                    Entry.record("planned to send", mailing, by=by)
                alarm.ring_on_commit()
        return mailing

    def undo(self, by: Member | None) -> bool:
        """Take it back before it is prepared, and say whether it was early enough."""
        return self._move(
            "took back", by, {"scheduled"}, state="stopped", finished_at=Now(), reason="Taken back in time"
        )

    def pause(self, by: Member | None, reason: str) -> bool:
        """Hand over nothing more until resumed. What is in hand (a quarter of a second of mail) still goes."""
        return self._move("paused", by, {"scheduled", "preparing", "sending"}, state="paused", reason=reason[:300])

    def resume(self, by: Member | None) -> bool:
        """Go on where it was paused; it is not too late now, because a person has just said so."""
        onwards = Case(When(prepared=None, then=Value("scheduled")), default=Value("sending"))
        late = Greatest(F("late_after"), Now() + self._kind_late_after())
        return self._move("resumed", by, {"paused"}, state=onwards, reason="", late_after=late)

    def stop(self, by: Member | None) -> bool:
        """Send no more of it. Those who were waiting are closed by the sweep; resending opens it again."""
        reached = {"scheduled", "preparing", "sending", "paused"}
        return self._move("stopped", by, reached, state="stopped", finished_at=Now(), reason="Stopped")

    def resend(self, by: Member | None, states: tuple[str, ...] = ("failed", "uncertain")) -> int:
        """Queue again those of `states` (failed, skipped, uncertain) and return how many. Opens a closed mailing."""
        if not set(states) <= {"failed", "skipped", "uncertain"}:
            raise ValueError(f"only failed, skipped and uncertain deliveries are sent again, not {states}")
        with transaction.atomic():
            mailing = Mailing.objects.select_for_update().get(pk=self.pk)
            if mailing.state == Mailing.State.STOPPED:  # those the sweep has not closed yet stay closed
                mailing.deliveries.queued().update(
                    state="skipped", reason="This mailing was stopped", finished_at=Now()
                )
            again = mailing.deliveries.filter(state__in=states).exclude(address="")
            count = again.update(state="queued", due_at=Now(), faults=0, refused_at=None, finished_at=None, reason="")
            if count:
                mailing._move(
                    "sent again", by, {"sending", "done", "stopped"}, state="sending", finished_at=None, reason=""
                )
        self.refresh_from_db()
        return count

    @property
    def first(self) -> "Mailing":
        """The mailing whose words this one carries: itself, or the one some missed."""
        return self.follows if self.to_missed and self.follows else self

    @property
    def missed(self) -> "Missed":
        """Those whom it did not reach, for whom it can be sent once more."""
        from mailings.missed import Missed

        return Missed(self)

    def settle(self, by: Member | None, public_ids: list[Any] | None = None) -> int:
        """A person says of those we cannot be sure of: it arrived. Without ids: all of them. Returns how many."""
        with transaction.atomic():
            doubtful = self.deliveries.doubtful()
            if public_ids is not None:
                doubtful = doubtful.filter(public_id__in=public_ids)
            count = doubtful.update(state="sent", finished_at=Now(), reason="A person said that it arrived")
            if count:
                Entry.record("settled", self, by=by, people=count)
        return count

    def prepare(self) -> None:
        """Find its people and its text in one transaction (`mailings.preparation`). A second call changes nothing."""
        from mailings.preparation import Preparation

        Preparation(self).make()
        self.refresh_from_db()

    def account(self) -> "Account":
        """Return what became of everybody, in counts and by name."""
        from mailings.account import Account

        return Account.of(self)

    def _move(self, verb: str, by: Member | None, states: set[str], **changes: Any) -> bool:
        """Change the state with one UPDATE, which on PostgreSQL waits for the cycles under way (see `cycle`)."""
        with transaction.atomic():
            moved = Mailing.objects.filter(pk=self.pk, state__in=states).update(**changes)
            if moved and by is not None:
                Entry.record(verb, self, by=by)
            if moved:
                alarm.ring_on_commit()
        self.refresh_from_db()
        return bool(moved)

    def _kind_late_after(self) -> timedelta:
        return KINDS[self.kind].late_after if self.kind in KINDS else timedelta(hours=6)


def rules_of(kind: Kind) -> dict[str, Any]:
    """Return the rules of a kind as fields of a mailing: a row keeps the rules it was made under."""
    from mailings.relay import Relay

    return {
        "kind": kind.name,
        "marketing": kind.is_marketing,
        "purpose": kind.purpose,
        "priority": kind.urgency,
        "when_late": kind.when_late,
        "in_doubt": kind.in_doubt,
        "route": Relay.of_site().route(),
    }
