"""Bringing a list of people along: choose a file, see what would become of it, do it, take it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import formats, timezone
from django.views.decorators.http import require_POST, require_safe

from lcep.numbers import row_number
from members import spreadsheets, tasks
from members.importing import carrying_out
from members.importing.forms import ColumnsForm, ListForm
from members.importing.reading import Unreadable
from members.importing.report import HERE, NEW, OUT, REFUSED, TWICE
from members.models import Import
from partnerships.models import Partnership
from trust.admin import Walled, desk

AT_ONCE = 300  # longer lists are taken in the background
SHOWN = 50


@admin.register(Import, site=desk)
class ImportAdmin(Walled):
    """Every address below answers 404 for a list of somebody else's partnership."""

    list_display = ["name", "brought", "stands"]
    ordering = ["-made_at"]

    @admin.display(description="Brought", ordering="made_at")
    def brought(self, importing: Import) -> str:
        return formats.date_format(importing.made_at, "j F Y, H:i")

    @admin.display(description="How it stands")
    def stands(self, importing: Import) -> str:
        if importing.undone_at:
            return "Taken back"
        if importing.done_at:
            return f"{importing.counts.get(NEW, 0)} people came with it"
        return "Being taken" if importing.begun_at else "Not taken yet"

    def get_urls(self) -> list[URLPattern]:
        screens: list[tuple[str, str, Callable]] = [
            ("carrying-out/", "carrying_out", carry_out),
            ("undoing/", "undoing", undo),
            ("left-out.csv", "left_out", left_out),
        ]
        own = [
            path(f"<int:pk>/{address}", self._behind_the_wall(view), name=f"members_import_{name}")
            for address, name, view in screens
        ]
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Choose a file, or paste."""
        own = Partnership.objects.at_home() if request.user.is_administrator else request.user.stewarded_partnerships()
        form = ListForm(request.POST or None, request.FILES or None, partnerships=own.order_by("name"))
        if request.method == "POST" and form.is_valid():
            importing = form.save(by=request.user)
            return redirect("admin:members_import_change", importing.pk)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Bring a list of people"}
        return TemplateResponse(request, "desk/members/import_add.html", context | {"form": form})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What the columns mean, the one question, and what would become of every line."""
        rows = self.get_queryset(request).select_related("partnership", "by")
        importing = get_object_or_404(rows, pk=row_number(object_id))
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": importing.name}
        context |= {"importing": importing, "partnership": importing.partnership}
        if importing.done_at:
            context |= {"counts": carrying_out.in_words(importing.counts), "can_see": bool(importing.content)}
            return TemplateResponse(request, "desk/members/import_done.html", context)
        if importing.begun_at and timezone.now() - importing.begun_at < tasks.GIVEN_UP:
            context |= {"through": carrying_out.progress(importing)}
            return TemplateResponse(request, "desk/members/import_running.html", context)
        return self._dry_run(request, importing, context)

    def _dry_run(self, request: HttpRequest, importing: Import, context: dict[str, Any]) -> HttpResponse:
        try:
            found = carrying_out.found(importing)
        except Unreadable as unreadable:
            return TemplateResponse(
                request, "desk/members/import_unreadable.html", context | {"why": str(unreadable)}, status=422
            )
        form = ColumnsForm(request.POST or None, importing=importing, found=found)
        if request.method == "POST" and form.is_valid():
            form.save()
            return redirect("admin:members_import_change", importing.pk)
        report = carrying_out.report(importing)
        groups = [
            (outcome, count, said, report.of(outcome)[:SHOWN])
            for outcome, count, said in carrying_out.in_words(report.counts)
        ]
        context |= {"form": form, "report": report, "groups": groups, "new": report.counts[NEW], "shown": SHOWN}
        context["remarks"] = [line for line in report.lines if line.outcome in (NEW, HERE) and line.why][:SHOWN]
        return TemplateResponse(request, "desk/members/import_check.html", context)

    def _behind_the_wall(self, view: Callable) -> Callable:
        def shown(request: HttpRequest, pk: int) -> HttpResponse:
            importing = get_object_or_404(self.get_queryset(request).select_related("partnership"), pk=pk)
            return view(request, importing)

        return self.admin_site.admin_view(shown)


@require_POST
def carry_out(request: HttpRequest, importing: Import) -> HttpResponse:
    """Do what the dry run said: at once, or in the background when the list is long. A second press changes nothing."""
    page = redirect("admin:members_import_change", importing.pk)
    if importing.done_at or not importing.answer or "email" not in importing.columns.values():
        return page
    try:
        with transaction.atomic():
            Import.objects.filter(pk=importing.pk, done_at=None).update(begun_at=timezone.now())
            count = carrying_out.report(importing).counts[NEW]
            if count > AT_ONCE:
                transaction.on_commit(lambda: tasks.wake_import(importing.pk), robust=True)
            elif carrying_out.carry_out(importing):
                messages.success(request, f"Done: {importing.counts.get(NEW, 0)} people.")
    except (Unreadable, carrying_out.TooMany) as error:
        messages.error(request, str(error))
    return page


@require_POST
def undo(request: HttpRequest, importing: Import) -> HttpResponse:
    """Take it back, within a day."""
    if carrying_out.undo(importing, by=request.user):
        messages.success(request, "Taken back. The list is as it was before.")
    else:
        messages.error(request, "It is too late to take this list back.")
    return redirect("admin:members_import_change", importing.pk)


@require_safe
def left_out(request: HttpRequest, importing: Import) -> HttpResponse:
    """Everybody who is not taken, with the line and the reason, as a file that Excel opens."""
    try:
        report = carrying_out.report(importing) if importing.content else None
    except Unreadable:
        report = None
    lines = [line for line in report.lines if line.outcome in (REFUSED, OUT, TWICE)] if report else []
    rows = [[line.sheet, line.number, line.why, *line.cells] for line in lines]
    content = spreadsheets.written(["List", "Line", "Why", "What the line says"], rows)
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="left-out-{importing.pk}.csv"'
    return answer
