"""One person on the desk: their page, a note, a form on paper, two entries made one; and the data of a whole list."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from members import emails, exporting, merging, wording
from members.admin.forms import ExportForm, MergingForm, NoteForm, PaperForm
from members.models import Consent, Member, Membership, Note, Suppression, Wording
from partnerships.models import Partnership
from trust.admin import desk
from trust.models import Entry

SHOWN = 50


def show(request: HttpRequest, membership: Membership, context: dict[str, Any], form: Any = None) -> HttpResponse:
    """What was sent and what not comes through reverse relations; a secret kind shows its name and no text."""
    person, partnership = membership.member, membership.partnership
    of_ours = Q(mailing__partnership=partnership) | Q(mailing__partnership=None)
    deliveries = person.deliveries.filter(of_ours).select_related("mailing").order_by("-pk")
    missed = person.exclusions.filter(mailing__partnership=partnership).select_related("mailing").order_by("-pk")
    blocked = Suppression.objects.of(bytes(person.key), partnership).first()
    context |= {
        "title": person.name or "No name given",
        "membership": membership,
        "person": person,
        "sent": deliveries[:SHOWN],
        "missed": missed[:SHOWN],
        "blocked": blocked.get_reason_display() if blocked else "",
        "notes": person.notes.filter(partnership=partnership).select_related("by"),
        "form": form or NoteForm(),
        "merging": MergingForm(membership=membership, people=Member.objects.none()),
    }
    return TemplateResponse(request, "desk/members/person.html", context)


@require_POST
def note(request: HttpRequest, membership: Membership, context: dict[str, Any]) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        Note.objects.create(
            member=membership.member,
            partnership=membership.partnership,
            text=form.cleaned_data["text"],
            by=request.user,
        )
        messages.success(request, "The note is kept.")
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("admin:members_membership_change", membership.pk)


@require_POST
def merge(request: HttpRequest, membership: Membership, context: dict[str, Any]) -> HttpResponse:
    """Make the entry with the typed address part of this one."""
    people = Member.objects.for_steward(request.user)
    form = MergingForm(request.POST, membership=membership, people=people)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    elif reason := merging.hindrance(membership.member, form.cleaned_data["email"], request.user):
        messages.error(request, reason)
    else:
        merging.merge(membership.member, form.cleaned_data["email"], by=request.user)
        messages.success(request, "The two entries are one now.")
    return redirect("admin:members_membership_change", membership.pk)


def add(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Somebody signed a form on paper: on the list, with a mail that says so."""
    form = PaperForm(request.POST or None, partnerships=_own(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic():
            member = Member.objects.welcome(said["email"])
            if said["name"] and not member.name:
                member.name = said["name"]
                member.save(update_fields=["name"])
            shown = Wording.of(wording.on_paper(said["partnership"]))
            membership = Membership.join(
                member, said["partnership"], said["chosen"], how=Consent.How.PAPER, wording=shown, by=request.user
            )
            emails.added_on_paper(membership).send()
            Entry.record("added from paper", membership, by=request.user)
        messages.success(request, "They are on the list, and a mail tells them so.")
        return redirect("admin:members_membership_change", membership.pk)
    return TemplateResponse(request, "desk/members/person_add.html", context | {"form": form})


def export(request: HttpRequest) -> HttpResponse:
    """Make a file of a list's data; asked who one is in the last ten minutes."""
    form = ExportForm(request.POST or None, partnerships=_own(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        content = exporting.export(said["partnership"], said["what"], said["form"], by=request.user)
        kind = "application/json" if said["form"] == "json" else "text/csv; charset=utf-8"
        answer = HttpResponse(content, content_type=kind)
        name = f"{said['partnership'].slug}-{said['what']}.{said['form']}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    context = desk.each_context(request) | {"title": "Take data out", "form": form}
    return TemplateResponse(request, "desk/members/export.html", context)


def _own(request: HttpRequest):
    own = Partnership.objects.at_home() if request.user.is_administrator else request.user.stewarded_partnerships()
    return own.order_by("name")
