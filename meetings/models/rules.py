"""What the table of meetings refuses, whoever asks."""

from django.db import models
from django.db.models import F, Q

RULES = [
    models.CheckConstraint(
        condition=Q(status__in=["proposed", "polling", "scheduled", "held", "cancelled"]),
        name="meeting_status_known",
    ),
    models.CheckConstraint(
        condition=Q(starts_at=None, ends_at=None)
        | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
        name="meeting_ends_after_it_begins",
        violation_error_message="It ends before it begins.",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=["scheduled", "held"]) | Q(starts_at__isnull=False),
        name="planned_meeting_has_its_time",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=["proposed", "polling"]) | Q(starts_at=None), name="open_meeting_has_no_time"
    ),
    models.CheckConstraint(
        condition=Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")
        | ~Q(status="cancelled") & Q(cancelled_at=None, cancel_reason=""),
        name="cancelled_with_a_reason",
    ),
    models.CheckConstraint(
        condition=Q(status="held", held_at__isnull=False) | ~Q(status="held") & Q(held_at=None),
        name="held_meeting_says_when_recorded",
    ),
    models.CheckConstraint(condition=Q(moved_sequence__lte=F("sequence")), name="moved_within_the_sequence"),
    models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="capacity_at_least_1"),
    models.CheckConstraint(
        condition=Q(minutes_agreed=None, minutes_agreed_at=None)
        | Q(minutes_agreed__isnull=False, minutes_agreed_at__isnull=False),
        name="agreed_minutes_have_their_time",
    ),
    models.CheckConstraint(
        condition=Q(minutes_public_at=None) | Q(minutes_agreed__isnull=False), name="only_agreed_minutes_are_public"
    ),
    models.CheckConstraint(condition=Q(needs_asked__in=["", "access", "food"]), name="needs_asked_known"),
    models.CheckConstraint(
        condition=Q(group__isnull=False) | ~Q(title=""),
        name="event_has_a_title",
        violation_error_message="An event for everyone has a title.",
    ),
    models.UniqueConstraint(
        fields=["group", "starts_at"],
        condition=Q(group__isnull=False) & ~Q(status="cancelled"),
        name="one_meeting_of_a_group_at_a_time",
        violation_error_message="The group meets at that time already.",
    ),
    models.UniqueConstraint(
        fields=["group"],
        condition=Q(group__isnull=False, status__in=["proposed", "polling"]),
        name="one_meeting_being_planned",
        violation_error_message="The group's next meeting is being planned already.",
    ),
]
