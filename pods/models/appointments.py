"""Who held a role in a group, from when to when."""

from datetime import date

from django.db import connection, models, transaction
from django.db.models import F, Q

from lcep.site import today
from members.models import Member
from partnerships.models import Partnership
from pods.models.groups import Group
from trust.models import Entry
from trust.privacy import Privacy


class AppointmentQuerySet(models.QuerySet):
    def current(self) -> "AppointmentQuerySet":
        return self.on(today())

    def on(self, day) -> "AppointmentQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), since__lte=day, taken_back_on=None)

    def over_by(self, day) -> "AppointmentQuerySet":
        """Those that were held, and whose last day lies before that day."""
        return self.filter(until_on__lt=day, taken_back_on=None)

    def forget(self) -> int:
        """What is written about a person goes, the reason of an end in a neutral word; terms of office stay."""
        self.exclude(end_reason="").update(end_reason="Asked to be forgotten")
        return self.update(line="", is_public=False)


class Appointment(models.Model):
    """A role, a person, a term of office. Nothing ends by itself: past `term_ends` the powers last until `until_on`.

    One that ended before it began was never held: it is `taken_back_on` a day. The database refuses terms that
    overlap (pods.terms).
    """

    privacy = Privacy(
        exported="group role since term_ends until_on end_reason taken_back_on is_public line",
        kept="id member substitute_for appointed_by",
    )

    class Role(models.TextChoices):
        LEAD = "lead", "Lead"
        MEMBER = "member", "Member"
        CHAIR = "chair", "Independent Chair"
        VICE = "vice", "Vice-chair"
        SUBSTITUTE = "substitute", "Substitute"
        OBSERVER = "observer", "Observer"
        NOTE_TAKER = "note-taker", "Note taker"

    group = models.ForeignKey(Group, models.PROTECT, related_name="appointments")
    member = models.ForeignKey(Member, models.PROTECT, related_name="appointments", verbose_name="person")
    role = models.CharField(max_length=12, choices=Role)
    substitute_for = models.ForeignKey("self", models.PROTECT, related_name="substitutes", null=True, blank=True)
    since = models.DateField("in post since", default=today)
    term_ends = models.DateField("term of office ends", null=True, blank=True)
    until_on = models.DateField("last day in post", null=True, blank=True)
    end_reason = models.CharField("why it ended", max_length=60, blank=True)
    taken_back_on = models.DateField(null=True, blank=True, editable=False)
    appointed_by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, blank=True)
    is_public = models.BooleanField(
        "named in public", default=False, help_text="They agreed to be named on the public page"
    )
    line = models.CharField(max_length=160, blank=True, help_text="One line, theirs to write")
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since")),
                name="until_after_since",
                violation_error_message="The last day is before the first.",
            ),
            models.CheckConstraint(
                condition=Q(term_ends=None) | Q(term_ends__gt=F("since")),
                name="term_after_since",
                violation_error_message="The term of office ends before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None, end_reason="") | (Q(until_on__isnull=False) & ~Q(end_reason="")),
                name="an_end_has_its_reason",
                violation_error_message="Give the last day and the reason together, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(substitute_for=None) | (Q(role="substitute") & ~Q(substitute_for=F("id"))),
                name="a_substitute_stands_in_for_another",
                violation_error_message="Only a substitute stands in, and for somebody else.",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_on=None) | Q(until_on__isnull=False), name="what_was_taken_back_is_over"
            ),
            models.UniqueConstraint(
                fields=["member", "group", "role"],
                condition=Q(until_on=None),
                name="one_open_appointment",
                violation_error_message="They hold this role already.",
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(role="chair", until_on=None),
                name="one_open_chair",
                violation_error_message="There is a chair already; give that one a last day first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}, {self.get_role_display()} of {self.group}"

    @property
    def audited_as(self) -> str:
        return f"{self.get_role_display()} of {self.group}"

    @property
    def audited_for(self) -> Partnership | None:
        """Whose manager reads that somebody was appointed: the group's."""
        return self.group.audited_for

    @staticmethod
    def one_at_a_time(group: int) -> None:
        """Let nobody else change who holds what in this group until the transaction ends.

        PostgreSQL lets two terms that overlap and begin at the same moment wait for each other, and breaks one off
        as a deadlock, which says nothing about chairs. The desk saves the group itself first, which is the same.
        """
        if connection.features.has_select_for_update:
            Group.objects.select_for_update(no_key=True, of=("self",)).order_by().get(pk=group)

    @classmethod
    def appoint(cls, member: Member, group: Group, role: str, *, by: Member | None = None, **details) -> "Appointment":
        """Appoint a member to a role. Whoever holds it already keeps the row they have.

        Raises IntegrityError when another chair is in post, or where it would overlap with a term of theirs.
        """
        with transaction.atomic():
            cls.one_at_a_time(group.pk)
            appointment, is_new = cls.objects.get_or_create(
                member=member, group=group, role=role, until_on=None, defaults={"appointed_by": by, **details}
            )
            if is_new:
                Entry.record("appointed", appointment, by=by, role=role)
        return appointment

    def step_down(self, on: date, reason: str, by: Member | None = None) -> None:
        """Hold the role until the end of that day; yesterday ends it at once, and one that has not begun by then was
        never held. A second call changes nothing.
        """
        with transaction.atomic():
            self.one_at_a_time(self.group_id)
            held = Appointment.objects.filter(pk=self.pk, until_on=None)
            begun, not_yet = held.filter(since__lte=on), held.filter(since__gt=on)
            if begun.update(until_on=on, end_reason=reason) or not_yet.update(
                until_on=F("since"), end_reason=reason, taken_back_on=today()
            ):
                Entry.record("ended an appointment", self, by=by, role=self.role)
        self.refresh_from_db()
