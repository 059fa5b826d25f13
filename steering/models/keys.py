"""The keys of a partnership: who may say who manages it, and each time it was said.

The Chair says it alone; two Executive members say it together, each by a press of their own. So a partnership whose
manager is gone, or locked out, is never without a way in, and nobody gives the keys to themselves.
"""

from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from lcep.site import today
from members.models import Member
from members.models.devices import sign_out_everywhere
from partnerships.models import Partnership, Stewardship
from pods.models import Appointment, Group
from steering import emails
from steering.models.seats import SEATED
from trust.addresses import compared
from trust.models import Entry
from trust.privacy import Privacy

WAITS = timedelta(days=7)  # for the second of two
MOMENT = timedelta(seconds=30)  # within which a second press of the same is the first one once more
FEWEST = 2


class NotTheirs(ValueError):
    """Whoever asks holds no key for this. The message is a sentence for them."""


class KeyHolders:
    """Who holds a key of a partnership today: the Chair of its Steering Group, and those who sit on its Executive."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        held = Appointment.objects.current().filter(group__partnership=partnership, member__erased_at=None)
        chairs = Q(group__kind=Group.Kind.STEERING, role=Appointment.Role.CHAIR)
        executive = Q(group__kind=Group.Kind.EXECUTIVE, role__in=SEATED)
        rows = list(held.filter(chairs | executive).select_related("member", "group"))
        self.chairs = {row.member for row in rows if row.group.kind == Group.Kind.STEERING}
        self.executive = {row.member for row in rows if row.group.kind == Group.Kind.EXECUTIVE}

    def __contains__(self, member) -> bool:
        return member in self.everybody

    @property
    def everybody(self) -> set[Member]:
        return self.chairs | self.executive

    @property
    def are_few(self) -> bool:
        """Whether one resignation could leave nobody who can say who manages the partnership."""
        return len(self.everybody) < FEWEST

    def is_alone_enough(self, member) -> bool:
        return member in self.chairs


class KeyTurnQuerySet(models.QuerySet):
    def waiting(self) -> "KeyTurnQuerySet":
        """Those that want a second press."""
        since = timezone.now() - WAITS
        return self.filter(done_at=None, withdrawn_at=None, asked_at__gt=since)

    def done(self) -> "KeyTurnQuerySet":
        return self.exclude(done_at=None).order_by("-done_at")


class KeyTurn(models.Model):
    """Somebody is to manage, to manage no longer, or to be let in again. Done at once, or at the second press."""

    privacy = Privacy(
        exported="act from_on until_on asked_at done_at",
        erased="address",
        kept="member asked_by confirmed_by",
        impersonal="id partnership stewardship withdrawn_at",
    )

    class Act(models.TextChoices):
        APPOINT = "appoint", "manages the partnership"
        END = "end", "manages it no longer"
        LET_IN = "let-in", "is let in again"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="key_turns")
    act = models.CharField(max_length=7, choices=Act)
    member = models.ForeignKey(Member, models.PROTECT, related_name="key_turns", null=True, blank=True)
    address = models.CharField(max_length=254, blank=True)
    stewardship = models.ForeignKey(Stewardship, models.PROTECT, related_name="+", null=True, blank=True)
    from_on = models.DateField(default=today)
    until_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = KeyTurnQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")), name="two_presses_by_two_people"
            ),
            models.CheckConstraint(condition=Q(done_at=None) | Q(withdrawn_at=None), name="done_or_withdrawn"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="stand_in_until_after_from",
                violation_error_message="The last day is before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.get_act_display()}"

    @property
    def who(self) -> str:
        """By name; somebody without one by the address, which whoever holds a key may read."""
        return (self.member.name or self.member.mail_to) if self.member else self.address

    def is_about(self, member: Member) -> bool:
        """Whether it says something of whoever says it: then a second person has to agree."""
        if self.stewardship:
            return self.stewardship.member_id == member.pk and self.act != self.Act.END
        return bool(self.address) and compared(self.address) == member.email

    @property
    def is_stand_in(self) -> bool:
        return self.act == self.Act.APPOINT and self.until_on is not None

    @property
    def waits_until(self) -> date:
        return timezone.localdate(self.asked_at + WAITS)

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None and self.asked_at > timezone.now() - WAITS

    @classmethod
    def ask(cls, partnership: Partnership, act: str, *, by: Member, **details) -> "KeyTurn":
        """Say who manages. The Chair's word is done at once; an Executive member's waits for a second one.

        `details`: `address` of whom to appoint with `from_on`, `until_on`; or the `stewardship` to end or let in again.
        The same asked twice is asked once. Raises NotTheirs for whoever holds no key, or says it of themselves.
        """
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=partnership.pk)
            holders = KeyHolders(partnership)
            _refuse_strangers(holders, by, cls(partnership=partnership, act=act, **details))
            if again := cls._pressed_just_now(partnership, act, by, **details):
                return again
            same = cls.objects.waiting().filter(partnership=partnership, act=act, **details).first()
            if same and same.asked_by_id != by.pk:
                same.confirm(by=by)
                return same
            turn = same or cls.objects.create(partnership=partnership, act=act, asked_by=by, **details)
            if holders.is_alone_enough(by) and not turn.is_about(by):
                turn._do(by=by, tell=holders.everybody)
            elif not same:
                Entry.record(f"asked for a second key: {turn.get_act_display()}", turn, by=by)
        turn.refresh_from_db()
        return turn

    @classmethod
    def _pressed_just_now(
        cls, partnership: Partnership, act: str, by: Member, address: str = "", **details
    ) -> "KeyTurn | None":
        """Return what this very press did a moment ago: a button pressed twice tells nobody twice."""
        done = cls.objects.done().filter(partnership=partnership, act=act, asked_by=by, **details)
        done = done.filter(done_at__gt=timezone.now() - MOMENT)
        if act == cls.Act.APPOINT:  # ended meanwhile, it is said anew
            done = done.filter(member__email=compared(address)).exclude(stewardship__until_on__lt=today())
        return done.first()

    def confirm(self, *, by: Member) -> bool:
        """Press as the second of two, or as the Chair. Says whether this did it; a third press changes nothing."""
        with transaction.atomic():
            row = KeyTurn.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=self.pk)
            if not row.is_waiting:
                return False
            holders = KeyHolders(row.partnership)
            _refuse_strangers(holders, by, row)
            if by == row.asked_by and (row.is_about(by) or not holders.is_alone_enough(by)):
                raise NotTheirs("You have pressed already. The second press is somebody else’s.")
            if row.asked_by not in holders and not holders.is_alone_enough(by):
                raise NotTheirs("Whoever asked for this holds no key any more. Ask for it anew.")
            row._do(by=by, tell=holders.everybody)
        self.refresh_from_db()
        return True

    def withdraw(self, *, by: Member) -> None:
        """Take it back before it is done. A second call changes nothing."""
        if by not in KeyHolders(self.partnership):
            raise NotTheirs("Only who holds a key can take this back.")
        with transaction.atomic():
            if KeyTurn.objects.filter(pk=self.pk, done_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now()):
                Entry.record(f"took back: {self.get_act_display()}", self, by=by)
        self.refresh_from_db()

    def _do(self, *, by: Member, tell: set[Member]) -> None:
        if self.act == self.Act.APPOINT:
            self.member = Member.objects.welcome(self.address)
            self.stewardship = Stewardship.appoint(
                self.member, self.partnership, by=by, from_on=self.from_on, until_on=self.until_on
            )
        elif self.act == self.Act.END:
            self.member = self.stewardship.member
            self.stewardship.end(by=by)
        else:
            self.member = self.stewardship.member
            _let_in(self.member)
        self.address, self.done_at = "", timezone.now()
        self.confirmed_by = None if by == self.asked_by else by
        self.save(update_fields=["member", "stewardship", "address", "done_at", "confirmed_by"])
        Entry.record(f"turned the keys: {self.get_act_display()}", self, by=by)
        for letter in emails.keys_turned(self, tell | {self.member}):
            letter.send()


def _refuse_strangers(holders: KeyHolders, by: Member, turn: KeyTurn) -> None:
    if by not in holders:
        raise NotTheirs("Only the Chair and the Executive hold a key.")


def _let_in(member: Member) -> None:
    """Take away passkeys, authenticators and sessions: a mailed code signs in, and a new second factor is set up."""
    Authenticator.objects.filter(user=member).delete()
    sign_out_everywhere(member)
