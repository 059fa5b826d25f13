"""Books of evidence: made, read, printed, taken out, shared; and the lines to tell funders."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lcep.numbers import row_number
from lcep.site import absolute
from members import spreadsheets
from partnerships.models import Partnership
from steering import evidence_lines
from steering.evidence import figures
from steering.evidence_forms import LineForm, PeriodForm
from steering.models import EvidenceBook, FunderLine
from steering.plan_doors import chairing, chairs, planning
from trust.models import Entry
from trust.tokens import EVIDENCE, Broken

FEW = "fewer than 5, or left out"


@planning
def books(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Every book there is, and the way to make one."""
    edits = chairs(request.user, partnership)
    form = PeriodForm(request.POST or None) if edits else None
    if request.method == "POST" and form and form.is_valid():
        said = form.cleaned_data
        with transaction.atomic():
            book = EvidenceBook.objects.create(
                partnership=partnership,
                title=said["title"],
                first_on=said["first_on"],
                last_on=said["last_on"],
                figures=figures(partnership, said["first_on"], said["last_on"]),
                made_by=request.user,
            )
            Entry.record("made", book, by=request.user)
        messages.success(request, "Made. Its figures stay as they are now.")
        return redirect(book)
    context = {"partnership": partnership, "books": partnership.evidence_books.all(), "form": form, "edits": edits}
    return render(request, "steering/evidence_books.html", context)


@planning
def book(request: HttpRequest, partnership: Partnership, book: int) -> HttpResponse:
    """One book. The Chair and the manager share it, or end its sharing."""
    found = get_object_or_404(
        EvidenceBook.objects.select_related("partnership", "made_by"), pk=book, partnership=partnership
    )
    context = {"partnership": partnership, "book": found, "edits": chairs(request.user, partnership)}
    context["shared"] = absolute(found.shared_url) if found.shared_url else ""
    return render(request, "steering/evidence_book.html", context)


@chairing
def sharing(request: HttpRequest, partnership: Partnership, book: int) -> HttpResponse:
    """Give it an address that can be sent on, or end that address."""
    found = get_object_or_404(EvidenceBook, pk=book, partnership=partnership)
    if request.method == "POST" and request.POST.get("wish") == "end":
        found.stop_sharing(by=request.user)
        messages.success(request, "The address leads nowhere any more.")
    elif request.method == "POST":
        found.share(by=request.user)
        messages.success(request, "Whoever has the address can read it now.")
    return redirect(found)


@planning
def taken_out(request: HttpRequest, partnership: Partnership, book: int) -> HttpResponse:
    """The figures of a book as a spreadsheet; that it was taken out is written down."""
    found = get_object_or_404(EvidenceBook.objects.select_related("partnership"), pk=book, partnership=partnership)
    if request.method != "HEAD":
        with transaction.atomic():
            Entry.record("exported", found, by=request.user)
    return _spreadsheet(found)


@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """One book for whoever was given its address; `?as=csv` as a spreadsheet. It signs nobody in."""
    try:
        found = EvidenceBook.shared(*EVIDENCE.read(token))
    except Broken:
        found = None
    if found is None:
        return render(request, "steering/link_over.html", status=410)
    if request.GET.get("as") == "csv":
        return _spreadsheet(found)
    return render(request, "steering/evidence_shared.html", {"partnership": found.partnership, "book": found})


@planning
def funder_lines(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """The lines to tell funders, and what happened that could be one."""
    context = {
        "partnership": partnership,
        "lines": evidence_lines.lines(partnership),
        "offers": evidence_lines.offers(partnership),
        "edits": chairs(request.user, partnership),
    }
    return render(request, "steering/funder_lines.html", context)


@chairing
def funder_line(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Put one line down: of something that happened (`?of=action-12`), or a sentence of its own."""
    kind, _, number = request.GET.get("of", "").partition("-")
    offer = evidence_lines.offer(partnership, kind, row_number(number))
    if number and offer is None:
        messages.info(request, "That stands there already, or is too long ago.")
        return redirect("steering:funder_lines", partnership.slug)
    initial: dict[str, Any] = {}
    if offer:
        initial = {"text": offer.text[:400], "happened_on": offer.happened_on, "priority": offer.priority}
    form = LineForm(request.POST or None, partnership=partnership, initial=initial)
    if request.method == "POST" and form.is_valid():
        line = form.save(commit=False)
        line.partnership, line.made_by = partnership, request.user
        for field, value in (evidence_lines.source(offer.kind, offer.pk) if offer else {}).items():
            setattr(line, field, value)
        try:
            with transaction.atomic():
                line.save()
                Entry.record("put down to tell funders", line, by=request.user)
        except IntegrityError:
            messages.info(request, "Somebody has put that down already.")
        else:
            messages.success(request, "It stands in every book of its time from now on.")
        return redirect("steering:funder_lines", partnership.slug)
    return render(request, "steering/funder_line.html", {"partnership": partnership, "form": form, "offer": offer})


@chairing
def funder_line_off(request: HttpRequest, partnership: Partnership, line: int) -> HttpResponse:
    """Take a line back; books that were made keep it."""
    found = get_object_or_404(FunderLine, pk=line, partnership=partnership)
    if request.method == "POST":
        with transaction.atomic():
            Entry.record("took back what to tell funders", found, by=request.user)
            found.delete()
        messages.success(request, "Taken back. Books that were made keep it.")
    return redirect("steering:funder_lines", partnership.slug)


def _spreadsheet(book: EvidenceBook) -> HttpResponse:
    said = book.figures
    rows: list[list[Any]] = [["", row["label"], _told(row["value"])] for row in said["numbers"]]
    for table in said["tables"]:
        rows += [[table["title"], row["label"], _told(row["value"])] for row in table["rows"]]
        rows.append([table["title"], "All", _told(table["total"])])
    rows += [
        ["Newsletters sent to", f"{row['label']}, {row['when']}", _told(row["value"])] for row in said["newsletters"]
    ]
    rows += [["Areas with nobody yet", area, 0] for area in said["empty_areas"]]
    rows += [["To tell funders", f"{row['when']}: {row['text']}", row["priority"]] for row in said["lines"]]
    rows += [["How it was counted", note, ""] for note in said["notes"]]
    answer = HttpResponse(
        spreadsheets.written(["Table", "What", "Number"], rows), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="evidence-{book.partnership.slug}-{book.last_on}.csv"'
    return answer


def _told(value: int | None) -> Any:
    return FEW if value is None else value
