"""What members ask of those who lead, and the end of a task & finish group."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lcep.site import today
from meetings import emails
from meetings import ending as ending_parts
from meetings.doors import READ_AND_POST, leading
from meetings.fields import DayField, LineField, number
from members.doors import signed_in
from members.models import Membership
from pods.models import Group, JoinWish, Proposal
from pods.models.wishes import LONGEST, extend
from trust.text import cleaned


class AskForm(forms.Form):
    words = LineField(
        label="A line about you", max_length=300, required=False, help_text="Those who lead the group read it."
    )


class ProposalForm(forms.Form):
    """Four lines."""

    name = LineField(label="What is it called?", max_length=120)
    purpose = forms.CharField(label="What is it for?", max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    output = LineField(
        label="What will there be at the end?", max_length=300, help_text="A toolkit, an event, a letter."
    )
    finish_by = DayField(label="By when?", max_length=40, help_text="Like 14 Jan or 14/1, half a year away at most.")

    def clean_purpose(self):
        return cleaned(self.cleaned_data["purpose"]).strip()

    def clean_finish_by(self):
        day = self.cleaned_data["finish_by"]
        if not today() < day <= today() + LONGEST:
            raise forms.ValidationError("Choose a day within half a year. It can be given longer later.")
        return day


class EndForm(forms.Form):
    outcome = forms.CharField(label="What came of it?", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def clean_outcome(self):
        return cleaned(self.cleaned_data["outcome"]).strip()


class LongerForm(forms.Form):
    until = DayField(label="Until when?", max_length=40, help_text="Like 14 Jan or 14/1.")
    reason = LineField(label="Why?", max_length=300)

    def clean_until(self):
        if self.cleaned_data["until"] <= today():
            raise forms.ValidationError("That day is over.")
        return self.cleaned_data["until"]


@never_cache
@require_http_methods(READ_AND_POST)
@signed_in
def asking(request: HttpRequest, slug: str, pod: str) -> HttpResponse:
    """Ask to be in a group whose members ask."""
    groups = Group.objects.public().current().filter(joining=Group.Joining.ASK).select_related("partnership")
    group = get_object_or_404(groups, slug=pod, partnership__slug=slug)
    on_list = Membership.objects.current().filter(member=request.user, partnership=group.partnership).exists()
    if not on_list or group.has_member(request.user):
        raise Http404
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = JoinWish.ask(group, request.user, form.cleaned_data["words"])
        for leader in group.runners():
            emails.asks_to_join(wish, leader).send()
        messages.success(request, f"Those who lead {group} have been asked. You get a mail with their answer.")
        return redirect("members:me")
    return render(request, "meetings/asking.html", {"group": group, "form": form})


@never_cache
@require_http_methods(READ_AND_POST)
@signed_in
def proposing(request: HttpRequest, slug: str, pod: str) -> HttpResponse:
    """A member of a pod proposes a task & finish group in four lines."""
    groups = Group.objects.current().open_inside_to(request.user).exclude(kind=Group.Kind.TASK_AND_FINISH)
    groups = groups.exclude(kind=Group.Kind.EXECUTIVE).select_related("partnership")
    group = get_object_or_404(groups, slug=pod, partnership__slug=slug)
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proposal = Proposal.propose(group, by=request.user, **form.cleaned_data)
        for leader in group.runners():
            emails.proposes(proposal, leader).send()
        messages.success(request, f"Those who lead {group} have it now. You get a mail with their answer.")
        return redirect("pods:inside", slug, pod)
    return render(request, "meetings/proposing.html", {"group": group, "form": form})


@leading
def wishes(request: HttpRequest, group: Group) -> HttpResponse:
    """Answer those who ask to come in, and proposals of task & finish groups."""
    if request.method == "POST":
        _answer(request, group)
        return redirect("meetings:wishes", group.ref)
    context = {
        "group": group,
        "wishes": JoinWish.objects.open().filter(group=group).select_related("member__organisation"),
        "proposals": Proposal.objects.open().filter(parent=group).select_related("made_by"),
    }
    return render(request, "meetings/wishes.html", context)


@leading
def ending(request: HttpRequest, group: Group) -> HttpResponse:
    """A task & finish group finishes with an outcome, or gets longer with a reason."""
    if group.kind != Group.Kind.TASK_AND_FINISH or group.until_on:
        raise Http404
    longer = "until" in request.POST
    posted = request.POST if request.method == "POST" and not longer else None
    end, asked = EndForm(posted), ending_parts.parts(group, posted, request.FILES if posted else None)
    more = LongerForm(request.POST if longer else None)
    if end.is_bound and all([form.is_valid() for form in (end, *asked)]):
        done = ending_parts.end(group, end.cleaned_data["outcome"], asked, by=request.user)
        said = [f"{group} is finished. What came of it stands on its page.", *done, "Thank you all."]
        messages.success(request, " ".join(said))
        return redirect("pods:inside", group.partnership.slug, group.slug)
    if more.is_bound and more.is_valid():
        extend(group, more.cleaned_data["until"], reason=more.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{group} goes on until {group.finish_by:%-d %B %Y}.")
        return redirect("meetings:desk", group.ref)
    return render(request, "meetings/ending.html", {"group": group, "end": end, "asked": asked, "more": more})


def _answer(request: HttpRequest, group: Group) -> None:
    """One press: let in or not, begin or not now. Whoever presses first has answered."""
    verb, _, which = request.POST.get("answer", "").partition(" ")
    if verb in {"let-in", "not-in"}:
        wish = (
            JoinWish.objects.filter(group=group, pk=number(which))
            .select_related("group__partnership", "member")
            .first()
        )
        if wish and wish.answer(yes=verb == "let-in", by=request.user):
            emails.wish_answered(wish).send()
            messages.success(request, "Answered, and they have been told.")
    elif verb in {"begin", "not-now"}:
        proposal = Proposal.objects.filter(parent=group, pk=number(which)).select_related("parent__partnership").first()
        if proposal and proposal.answered_at is None:
            proposal.accept(by=request.user) if verb == "begin" else proposal.decline(by=request.user)
            emails.proposal_answered(proposal).send()
            messages.success(request, "Answered, and they have been told.")
