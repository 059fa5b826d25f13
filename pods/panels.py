"""What the groups put on the pages of lower floors."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse

from members.models import Member, Membership
from partnerships.models import Partnership
from pods.models import Group


def my_pods(request: HttpRequest) -> dict[str, Any] | None:
    """Your pods, on /me/: those one is in, and where one may choose others."""
    mine = Group.objects.current().of_member(request.user).select_related("partnership", "priority")
    lists = Membership.objects.current().filter(member=request.user)
    open_groups = Group.objects.open().filter(partnership__in=Partnership.objects.at_home())
    offered = Partnership.objects.filter(pk__in=open_groups.values("partnership")).filter(
        pk__in=lists.values("partnership")
    )
    if not mine and not offered:
        return None
    leavable = set(request.user.group_memberships.current().values_list("group", flat=True))
    context = {"pods": mine, "offered": offered, "leavable": leavable, "csrf_token": get_token(request)}
    return {"template": "pods/_my_pods.html", "context": context}


def room(partnership: Partnership) -> list[tuple[str, str]]:
    return [
        ("Priority Pods", reverse("pods:pods", args=[partnership.slug])),
        ("Network", reverse("pods:network", args=[partnership.slug])),
    ]


def which_pods(member: Member, partnership: Partnership) -> str | None:
    """The question after joining, where there is a pod to join."""
    if not Group.objects.open().filter(partnership=partnership).exists():
        return None
    return reverse("pods:choosing", args=[partnership.slug])
