"""The Executive's own page. The manager reads on it what was shared with her, and nothing else."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetings.models import Meeting, MinutesRevision, Paper
from meetings.models.papers import LOOKED as PAPER_LOOKED
from members.doors import signed_in
from partnerships.models import Partnership
from pods.models import Group
from steering.forms import LookForm
from steering.models import Sharing
from trust.models import Entry

LOOKED = "looked into the Executive"
SHOWN = 12  # meetings


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def executive(request: HttpRequest, slug: str) -> HttpResponse:
    """For its members; what is shared, for the manager; for an administrator behind a reason that is written down."""
    partnership = get_object_or_404(Partnership.objects.listed(), slug=slug)
    group = Group.objects.filter(partnership=partnership, kind=Group.Kind.EXECUTIVE, until_on=None).first()
    if group is None:
        raise Http404
    group.partnership = partnership
    if Group.objects.of_member(request.user).filter(pk=group.pk).exists():
        return _own(request, group)
    if request.user.stewarded_partnerships().filter(pk=partnership.pk).exists():
        return _shown(request, group, shared_with(group), is_own=False)
    if request.user.is_administrator:
        return _looked_into(request, group)
    raise Http404


def shared_with(group: Group):
    """The meetings of an Executive that its manager may read."""
    return meetings_of(group).filter(pk__in=Sharing.objects.current().values("meeting"))


def meetings_of(group: Group):
    return Meeting.objects.filter(group=group).exclude(starts_at=None).order_by("-starts_at")


def _own(request: HttpRequest, group: Group) -> HttpResponse:
    if request.method == "POST":
        meeting = get_object_or_404(meetings_of(group), ref=request.POST.get("meeting", ""))
        if request.POST.get("wish") == "share":
            Sharing.begin(meeting, by=request.user)
            messages.success(request, "Shared: the manager reads this meeting’s agenda, papers and minutes.")
        elif request.POST.get("wish") == "close":
            Sharing.end(meeting, by=request.user)
            messages.success(request, "Closed to the manager again.")
        return redirect("steering:executive", group.partnership.slug)
    return _shown(request, group, meetings_of(group), is_own=True)


def _looked_into(request: HttpRequest, group: Group) -> HttpResponse:
    """Nothing is shown before the look is written down, where the Executive reads it."""
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Entry.record(LOOKED, group, by=request.user, why=form.cleaned_data["why"])
        return _shown(request, group, meetings_of(group), is_own=False, looks_in=True)
    return render(request, "steering/looking.html", {"group": group, "form": form})


def _shown(request: HttpRequest, group: Group, meetings, *, is_own: bool, looks_in: bool = False) -> HttpResponse:
    shown = list(meetings.prefetch_related("agenda")[:SHOWN])
    shared = set(Sharing.objects.current().filter(meeting__in=shown).values_list("meeting", flat=True))
    latest = {row.meeting_id: row for row in MinutesRevision.objects.filter(meeting__in=shown).order_by("number")}
    papers = Paper.objects.on_shelf().filter(Q(group=group) | Q(meeting__group=group))
    papers = list(papers if looks_in else papers.visible_to(request.user))
    own = {meeting.pk: [paper for paper in papers if paper.meeting_id == meeting.pk] for meeting in shown}
    context = {
        "group": group,
        "rows": [(each, each.pk in shared, latest.get(each.pk), own[each.pk]) for each in shown],
        "papers": [paper for paper in papers if paper.meeting_id not in own],
        "is_own": is_own,
        "runs": is_own and group.is_run_by(request.user),
        "looks": _looks(group) if is_own else [],
    }
    return render(request, "steering/executive.html", context)


def _looks(group: Group):
    """Who looked in from outside: at this page, or at one of the papers."""
    entries = Entry.objects.filter(verb__in=[LOOKED, PAPER_LOOKED], subject="pods.group", subject_id=str(group.pk))
    return entries.select_related("actor")[:10]
