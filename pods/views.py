"""The groups of a partnership: what anybody may read, joining and leaving, and the view of those inside."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lcep.site import inside_panels
from members.doors import signed_in
from members.models import Membership
from partnerships.models import Partnership
from partnerships.pages import public
from partnerships.views import of_partnership, shared
from pods.forms import PodsForm
from pods.models import Group, GroupMembership
from pods.network import Network
from pods.people import named_in_public, people_in

HEAR = [
    (GroupMembership.Dates.ALL, "Everything: dates, what was agreed, and what its leaders write"),
    (GroupMembership.Dates.ONLY_DATES, "Only dates: invitations, and what changes about them"),
    (GroupMembership.Dates.NONE, "No mail about this group"),
]


@public
@of_partnership
def pods(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Every group of a partnership but its Executive. Where nothing is known of a listed one, there is no page."""
    groups = list(_shown(partnership).current())
    if not groups and not partnership.is_at_home:
        raise Http404
    context = {
        "partnership": partnership,
        "pods": [group for group in groups if group.kind == Group.Kind.POD],
        "task_groups": [group for group in groups if group.kind == Group.Kind.TASK_AND_FINISH],
        "steering": [group for group in groups if group.kind == Group.Kind.STEERING],
        "finished": _shown(partnership).finished(),
    }
    return render(request, "pods/pods.html", context)


@public
@of_partnership
def pod(request: HttpRequest, partnership: Partnership, pod: str) -> HttpResponse:
    """One group: what it is for, how often it meets, who leads it, how to join."""
    latest_first = Group.objects.public().order_by(F("until_on").desc(nulls_first=True), "name")
    shown = _shown(partnership).select_related("parent__partnership", "priority")
    group = get_object_or_404(shown.prefetch_related(Prefetch("children", latest_first)), slug=pod)
    for each in (group, *group.children.all()):
        each.partnership = partnership
    named = named_in_public(group) if group.joining == Group.Joining.APPOINTED else []
    return render(request, "pods/pod.html", {"partnership": partnership, "pod": group, "named": named})


@public
@of_partnership
def network(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The people and the organisations that agreed to be named. Only where somebody manages that: at home here."""
    if not partnership.is_at_home:
        raise Http404
    context = shared(partnership) | {"network": Network(partnership)}
    return render(request, "pods/network.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: HttpRequest, slug: str, pod: str) -> HttpResponse:
    """Join or leave in one press. A stranger hears how to sign in, or to join the list first, and comes back."""
    public = Group.objects.public().select_related("partnership", "priority")
    group = get_object_or_404(public, slug=pod, partnership__slug=slug)
    if not group.takes_members and not group.has_member(request.user):
        raise Http404
    if not request.user.is_authenticated:
        return render(request, "pods/first.html", {"pod": group})
    return _own_membership(request, group)


@never_cache
@signed_in
@require_safe
def inside(request: HttpRequest, slug: str, pod: str) -> HttpResponse:
    """The members' view: who is in this group. For those in it, those appointed to it, and the manager."""
    groups = Group.objects.open_inside_to(request.user).select_related("partnership", "priority")
    group = get_object_or_404(groups, slug=pod, partnership__slug=slug)
    context = {"pod": group, "people": people_in(group), "is_in": group.has_member(request.user)}
    mine = group.memberships.current().filter(member=request.user).first()
    context |= {"panels": [panel for part in inside_panels if (panel := part(request, group))]}
    context |= {"runs": group.is_run_by(request.user), "hears": mine.dates if mine else "", "choices": HEAR}
    return render(request, "pods/inside.html", context)


@never_cache
@signed_in
def choosing(request: HttpRequest, slug: str) -> HttpResponse:
    """Which pods? Asked after joining, skippable, and at home on one's own pages."""
    lists = Membership.objects.current().filter(member=request.user)
    partnership = get_object_or_404(Partnership.objects.at_home().filter(pk__in=lists.values("partnership")), slug=slug)
    form = PodsForm(request.POST or None, member=request.user, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("members:me")
    return render(request, "pods/choosing.html", {"partnership": partnership, "form": form})


def _shown(partnership: Partnership):
    groups = Group.objects.public().filter(partnership=partnership)
    return groups.select_related("partnership", "priority").with_leaders()


@signed_in
def _own_membership(request: HttpRequest, group: Group) -> HttpResponse:
    is_in = group.has_member(request.user)
    if not is_in and not group.can_be_joined_by(request.user):
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "pods/first.html", {"pod": group})
    if request.method == "POST" and request.POST.get("wish") in {"join", "leave"}:
        return _join(request, group) if request.POST["wish"] == "join" else _leave(request, group)
    if request.method == "POST" and is_in and request.POST.get("hear") in GroupMembership.Dates.values:
        group.memberships.current().filter(member=request.user).update(dates=request.POST["hear"])
        messages.success(request, "Saved. It holds from now on.")
        return redirect("pods:inside", group.partnership.slug, group.slug)
    context = {"pod": group, "is_in": is_in, "leads": group.is_led_by(request.user)}
    return render(request, "pods/membership.html", context)


def _join(request: HttpRequest, group: Group) -> HttpResponse:
    group.join(request.user)
    messages.success(request, f"You are in {group}.")
    return redirect("pods:inside", group.partnership.slug, group.slug)


def _leave(request: HttpRequest, group: Group) -> HttpResponse:
    group.leave(request.user)
    messages.success(request, f"You have left {group}. You can come back whenever you like.")
    return redirect("members:me")
