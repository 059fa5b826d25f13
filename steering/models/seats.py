"""Seats round a table, by sector, and who sits on them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q

from lcep.site import today
from partnerships.models.organisations import Sector
from pods.models import Appointment, Group
from trust.privacy import IMPERSONAL

# Roles that have a place at the table; a substitute, an observer and a note taker have none of their own.
SEATED = (Appointment.Role.CHAIR, Appointment.Role.VICE, Appointment.Role.LEAD, Appointment.Role.MEMBER)


class SeatQuerySet(models.QuerySet):
    def current(self) -> "SeatQuerySet":
        return self.on(today())

    def on(self, day: date) -> "SeatQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)

    def with_taken(self, day: date | None = None) -> "SeatQuerySet":
        """Annotate `taken`: how many people sit there on a day (today)."""
        there = Appointment.objects.on(day or today()).values("pk")
        return self.annotate(taken=Count("holdings", filter=Q(holdings__appointment__in=there)))

    def vacant(self) -> "SeatQuerySet":
        """Those with a free place today, annotated `taken`."""
        return self.current().with_taken().filter(taken__lt=F("places"))

    def for_steward(self, member) -> "SeatQuerySet":
        """Those of the groups a member manages: never the Executive's. Fails closed."""
        return self.filter(group__in=Group.objects.for_steward(member))


class Seat(models.Model):
    """A place at a group's table, or several alike, for people of one sector."""

    privacy = IMPERSONAL

    group = models.ForeignKey(Group, models.PROTECT, related_name="seats")
    label = models.CharField("what it is called", max_length=80, help_text="Like: Primary schools")
    sector = models.CharField(max_length=20, choices=Sector, blank=True, help_text="Empty: open to any")
    places = models.PositiveSmallIntegerField("how many", default=1)
    is_for_voice = models.BooleanField(
        "for young people’s voice",
        default=False,
        help_text="Held by an adult who brings what young people say. No data on anybody under 18 is kept",
    )
    from_on = models.DateField("since", default=today)
    until_on = models.DateField("until", null=True, blank=True, help_text="Once there is no such seat any more")
    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["group", "label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places__gte=1), name="a_seat_has_a_place", violation_error_message="At least one place."
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="seat_until_after_from",
                violation_error_message="The last day is before the first.",
            ),
            models.UniqueConstraint(
                fields=["group", "label"],
                condition=Q(until_on=None),
                name="one_seat_per_label",
                violation_error_message="There is a seat of this name: raise how many it has.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse fewer places than people who sit there today."""
        taken = Seat.objects.with_taken().get(pk=self.pk).taken if self.pk else 0
        if self.places and self.places < taken:
            people = "1 person sits" if taken == 1 else f"{taken} people sit"
            raise ValidationError({"places": f"{people} there today: give a term its last day first."})

    @property
    def audited_for(self):
        return self.group.audited_for

    @property
    def free(self) -> int:
        """How many places are free; on rows of `with_taken`."""
        return max(0, self.places - self.taken)  # type: ignore[attr-defined]


class Holding(models.Model):
    """The seat an appointment sits on. Renewed, the next appointment sits on the same one."""

    privacy = IMPERSONAL

    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="holding")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="holdings")

    def __str__(self) -> str:
        return f"{self.appointment}: {self.seat}"
