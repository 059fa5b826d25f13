"""What newsletters put on the desk, on a member's own page and in a partnership's rooms."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Need, today
from members.models import Membership
from newsletters import moving
from newsletters.models import Newsletter, Story
from newsletters.standing import Standing
from partnerships.models import HalfTerm, Partnership

SOON = timedelta(weeks=4)
A_WEEK = timedelta(weeks=1)  # within which a story's writer should hear
KNOWN = 5  # partnerships whose half terms the desk speaks of: an administrator sees no more


def write(request: HttpRequest) -> list[tuple[str, str]]:
    if not request.user.keeps_a_list:
        return []
    return [
        ("Write a newsletter", reverse("admin:newsletters_newsletter_add")),
        ("Add a story", reverse("admin:newsletters_story_add")),
    ]


def room(partnership: Partnership) -> list[tuple[str, str]]:
    return [
        ("Newsletters", reverse("newsletters:archive", args=[partnership.slug])),
        ("Noticeboard", reverse("newsletters:noticeboard", args=[partnership.slug])),
    ]


def needs(request: HttpRequest) -> list[Need]:
    """Drafts that wait, newsletters that do not go on by themselves, half terms that have none."""
    waiting = list(_own_issues(request, Newsletter.objects.drafts())[:KNOWN])
    halted = list(_own_issues(request, Newsletter.objects.filter(mailing__state="paused"))[:KNOWN])
    missing = [need for partnership in _own(request)[:KNOWN] if (need := _missing(partnership))]
    return [_halted(issue) for issue in halted] + [_draft(issue) for issue in waiting] + missing


def moving_in(request: HttpRequest) -> list[Need]:
    """How far a partnership has moved in, until all is done or its first newsletter has gone out from here."""
    if request.user.is_administrator:
        return []
    return [need for partnership in _own(request)[:KNOWN] if (need := _moving_in(request, partnership))]


def stories_waiting(request: HttpRequest) -> list[Need]:
    """Stories that wait for a yes or no, in one sentence."""
    waiting = Story.objects.waiting().for_steward(request.user)
    count = waiting.count()
    if not count:
        return []
    oldest = waiting.order_by("sent_at").values_list("sent_at", flat=True)[0]
    came = f"{localdate(oldest):%-d %B}"
    says = f"A story came on {came}." if count == 1 else f"{count} stories wait. The first came on {came}."
    address = f"{reverse('admin:newsletters_story_changelist')}?stands=waiting"
    return [Need(says, "Read it" if count == 1 else "Read them", address, by=localdate(oldest) + A_WEEK)]


def this_half_term(request: HttpRequest) -> dict[str, Any] | None:
    """The newsletter of the half term we are in, for each partnership one looks after."""
    lines = [line for partnership in _own(request)[:KNOWN] if (line := _half_term_in_words(partnership))]
    return {"template": "desk/newsletters/_this_half_term.html", "context": {"lines": lines}} if lines else None


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


def due_on(half_term: HalfTerm) -> date:
    """The Friday a week before the half term ends: late enough to be full, early enough to be read."""
    week_before = half_term.last_on - timedelta(days=7)
    return week_before - timedelta(days=(week_before.weekday() - 4) % 7)


def _by(half_term: HalfTerm) -> date:
    """The day it is due; once that is over, the last school day."""
    return max(due_on(half_term), min(today(), half_term.last_on))


def _own(request: HttpRequest) -> Any:
    member = request.user
    own = Partnership.objects.at_home() if member.is_administrator else member.stewarded_partnerships()
    return own.order_by("name")


def _moving_in(request: HttpRequest, partnership: Partnership) -> Need | None:
    if not moving.is_moving_in(partnership):
        return None
    tasks = moving.tasks_of(request, partnership)
    done = sum(task.is_done for task in tasks)
    if done == len(tasks):
        return None
    address = reverse("admin:moving_in_tasks", args=[partnership.slug])
    return Need(f"Moving in: {done} of {len(tasks)} things are done for {partnership}.", "Go on", address)


def _own_issues(request: HttpRequest, issues: Any) -> Any:
    return issues.for_steward(request.user).select_related("half_term", "partnership", "mailing", "edited_by")


def _draft(issue: Newsletter) -> Need:
    count = issue.sections.exclude(body="").count()
    parts = f"{count} section{'' if count == 1 else 's'} written" if count else "no section written yet"
    tested = ", no test of it yet" if count and not issue.is_tested else ""
    if issue.half_term is None:
        return Need(f"“{issue.subject}” is a draft: {parts}{tested}.", "Open the draft", _address(issue))
    name = f"{issue.half_term.name}’s newsletter"
    return Need(f"{name} is a draft: {parts}{tested}.", "Open the draft", _address(issue), by=_by(issue.half_term))


def _halted(issue: Newsletter) -> Need:
    reason = f" {issue.mailing.reason}" if issue.mailing.reason else ""
    return Need(
        f"“{issue.subject}” is on its way and waits for you.{reason}", "Look at it", _address(issue), by=today()
    )


def _missing(partnership: Partnership) -> Need | None:
    """A half term that ends within weeks and has no newsletter, not even a draft."""
    half_term = HalfTerm.objects.of(partnership.places.all()).on(today())
    if half_term is None or partnership.newsletters.filter(half_term=half_term).exists():
        return None
    due = due_on(half_term)
    if due - today() > SOON or half_term.first_on > today():
        return None
    address = f"{reverse('admin:newsletters_newsletter_add')}?for={partnership.slug}"
    return Need(f"{half_term.name}’s newsletter is not begun.", "Write it", address, by=_by(half_term))


def _half_term_in_words(partnership: Partnership) -> dict[str, Any] | None:
    half_term = HalfTerm.objects.of(partnership.places.all()).on(today())
    if half_term is None:
        return None
    issue = partnership.newsletters.filter(half_term=half_term).select_related("mailing", "edited_by").first()
    line = {"partnership": partnership, "half_term": half_term, "due": due_on(half_term), "issue": issue}
    if issue:
        sent = issue.mailing.deliveries.filter(state="sent").count() if issue.is_published and issue.mailing else 0
        line |= {"standing": Standing(issue, sent), "href": _address(issue)}
    return line


def _address(issue: Newsletter) -> str:
    return reverse("admin:newsletters_newsletter_change", args=[issue.pk])
