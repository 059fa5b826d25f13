""" "Your first half term": what a new manager does once, in the order in which it helps. Each ticks itself."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from lcep.site import Task, today
from meetings.models import Meeting
from newsletters.models import Newsletter, Story
from newsletters.planner.panels import own
from partnerships.models import Partnership, Stewardship
from pods.models import Group

NEW = timedelta(weeks=10)  # about as long as a half term and its holiday


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """The list of whoever has come into the post within ten weeks, until all of it is done."""
    if not own(request):
        return None
    stewardship = _newest(request)
    if stewardship is None or stewardship.partnership is None:
        return None
    tasks = tasks_of(stewardship)
    done = sum(task.is_done for task in tasks)
    if done == len(tasks):
        return None
    context = {"partnership": stewardship.partnership, "tasks": tasks, "done": done, "until": stewardship.from_on + NEW}
    return {"template": "desk/planner/_first.html", "context": context}


def tasks_of(stewardship: Stewardship) -> list[Task]:
    """What there is to do for one partnership. Done is what the rows say, whoever did it for the first three."""
    member, partnership = stewardship.member, stewardship.partnership
    assert partnership is not None
    address = reverse("admin:partnerships_partnership_change", args=[partnership.pk])
    issues = Newsletter.objects.filter(partnership=partnership)
    return [
        Task(
            "Say on which days you work",
            "Reminders keep to them",
            reverse("admin:working_days"),
            _chose_days(stewardship),
        ),
        Task(
            "Say where replies go and who sends the mail",
            "The mailbox you read, and the name and address under each mail",
            address,
            bool(partnership.mailbox and partnership.postal_identity),
        ),
        Task(
            "Decide on a first story",
            "Approve one that a member sent, or add one of your own",
            reverse("admin:newsletters_story_changelist"),
            Story.objects.filter(partnership=partnership, decided_by=member).exists(),
        ),
        Task(
            "See that each group has a date",
            "The board on your desk says which could choose one",
            reverse("admin:index") + f"#board-{partnership.slug}",
            not _groups_without_a_date(partnership).exists(),
        ),
        Task(
            "Send a test of a newsletter to yourself",
            "Nobody else gets it, and you see what they would see",
            reverse("admin:planner_year", args=[partnership.slug]),
            issues.filter(proofs__to=member).exists(),
        ),
        Task(
            "Send your first newsletter",
            "With two minutes to take it back",
            reverse("admin:planner_year", args=[partnership.slug]),
            issues.filter(mailing__scheduled_by=member, mailing__started_at__isnull=False).exists(),
        ),
    ]


def _newest(request: HttpRequest) -> Stewardship | None:
    recent = request.user.stewardships.current().filter(from_on__gt=today() - NEW, partnership__isnull=False)  # type: ignore[union-attr]
    return recent.select_related("partnership", "member", "working_week").order_by("-from_on").first()


def _chose_days(stewardship: Stewardship) -> bool:
    return getattr(stewardship, "working_week", None) is not None


def _groups_without_a_date(partnership: Partnership) -> Any:
    coming = Meeting.objects.upcoming().filter(group=OuterRef("pk"))
    asked = Meeting.objects.being_planned().filter(group=OuterRef("pk"))
    groups = Group.objects.current().filter(partnership=partnership).exclude(kind=Group.Kind.EXECUTIVE)
    return groups.filter(~Exists(coming), ~Exists(asked))
