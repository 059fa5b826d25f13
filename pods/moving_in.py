"""What a partnership that moves in does about its groups."""

from django.http import HttpRequest
from django.urls import reverse

from lcep.site import Task
from partnerships.models import Partnership
from pods.models import Appointment, Group, GroupMembership


def groups(request: HttpRequest, partnership: Partnership) -> Task:
    mine = Group.objects.current().filter(partnership=partnership).for_steward(request.user).count()
    hint = f"{mine} at work" if mine else "Start with LeedsCEP’s shape in one press, or with your own"
    address = (
        reverse("admin:pods_group_changelist") if mine else reverse("admin:moving_in_shape", args=[partnership.slug])
    )
    return Task("Our groups", hint, address, bool(mine))


def who_does_what(request: HttpRequest, partnership: Partnership) -> Task:
    """Who belongs to which pod, and holds which role since when."""
    mine = Group.objects.filter(partnership=partnership).for_steward(request.user)
    belonging = GroupMembership.objects.current().filter(group__in=mine).values("member").distinct().count()
    roles = Appointment.objects.current().filter(group__in=mine).count()
    hint = "Open a group for its roles; a list of people can bring its pods and roles along"
    if belonging or roles:
        hint = f"{belonging} in a group, {roles} in a role"
    address = reverse("admin:pods_group_changelist")
    waits = "" if mine.current().exists() else "First make your groups."
    return Task("Who is in which pod, and in which role since when", hint, address, bool(roles), waits)
