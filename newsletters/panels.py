"""What newsletters put on the desk, on a member's own page and in a partnership's rooms."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Need, today
from mailings.models import Mailing
from members.models import Membership
from newsletters import moving
from newsletters.models import Newsletter, Story
from newsletters.planner.panels import KNOWN, own
from partnerships.models import Partnership
from partnerships.panels import counted

A_WEEK = timedelta(weeks=1)  # within which a story's writer should hear


def write(request: HttpRequest) -> list[tuple[str, str]]:
    if not request.user.keeps_a_list:
        return []
    return [
        ("Write a newsletter", reverse("admin:newsletters_newsletter_add")),
        ("Send a short notice", reverse("admin:notices")),
        ("Add a story", reverse("admin:newsletters_story_add")),
    ]


def once_in_a_while(request: HttpRequest) -> list[tuple[str, str]]:
    rooms = [("Planner of the school year", reverse("admin:planner"))] if request.user.keeps_a_list else []
    return [*rooms, ("On which days I work", reverse("admin:working_days"))]


def room(partnership: Partnership) -> list[tuple[str, str]]:
    return [
        ("Newsletters", reverse("newsletters:archive", args=[partnership.slug])),
        ("Noticeboard", reverse("newsletters:noticeboard", args=[partnership.slug])),
    ]


def halted(request: HttpRequest) -> list[Need]:
    """Newsletters, notices and letters that do not go on by themselves."""
    waiting = Mailing.objects.for_steward(request.user).filter(state=Mailing.State.PAUSED, marketing=True)
    return [_halted(mailing) for mailing in waiting.select_related("newsletter").order_by("-pk")[:KNOWN]]


def moving_in(request: HttpRequest) -> list[Need]:
    """How far a partnership has moved in, until all is done or its first newsletter has gone out from here."""
    return [need for partnership in own(request) if (need := _moving_in(request, partnership))]


def stories_waiting(request: HttpRequest) -> list[Need]:
    """Stories that wait for a yes or no, in one sentence."""
    waiting = Story.objects.waiting().filter(partnership__in=own(request)) if own(request) else Story.objects.none()
    count, oldest = waiting.aggregate(count=Count("pk"), oldest=Min("sent_at")).values()
    if not count:
        return []
    came = f"{localdate(oldest):%-d %B}"
    says = (
        f"A story came on {came}."
        if count == 1
        else f"{counted(count, 'story', 'stories')} wait. The first came on {came}."
    )
    address = f"{reverse('admin:newsletters_story_changelist')}?stands=waiting"
    return [Need(says, "Read it" if count == 1 else "Read them", address, by=localdate(oldest) + A_WEEK)]


def latest(request: HttpRequest) -> dict[str, Any] | None:
    """The latest newsletter of each list one is on."""
    lists = Membership.objects.current().filter(member=request.user).values("partnership")
    issues = Newsletter.objects.published().filter(partnership__in=lists).select_related("partnership")
    newest = {issue.partnership_id: issue for issue in reversed(issues.order_by("-out_at")[:30])}
    return {"template": "newsletters/_latest.html", "context": {"issues": list(newest.values())}} if newest else None


def last_newsletter(partnerships: list[int]) -> tuple[str, dict[int, date]]:
    """When each of these partnerships last sent one: its archive is public."""
    issues = Newsletter.objects.published().filter(partnership__in=partnerships).order_by()
    rows = issues.values("partnership").annotate(last=Max("out_at")).values_list("partnership", "last")
    return "Last newsletter", {partnership: localdate(last) for partnership, last in rows}


def _moving_in(request: HttpRequest, partnership: Partnership) -> Need | None:
    if not moving.is_moving_in(partnership):
        return None
    tasks = moving.tasks_of(request, partnership)
    done = sum(task.is_done for task in tasks)
    if done == len(tasks):
        return None
    address = reverse("admin:moving_in_tasks", args=[partnership.slug])
    return Need(f"Moving in: {done} of {len(tasks)} things are done for {partnership}.", "Go on", address)


def _halted(mailing: Mailing) -> Need:
    reason = f" {mailing.reason}" if mailing.reason else ""
    issue = getattr(mailing, "newsletter", None)
    screen, pk = ("newsletters_newsletter", issue.pk) if issue else ("mailings_mailing", mailing.pk)
    address = reverse(f"admin:{screen}_change", args=[pk])
    return Need(f"“{mailing.subject}” is on its way and waits for you.{reason}", "Look at it", address, by=today())
