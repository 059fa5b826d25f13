"""The keys of a partnership, on one page: who manages it, who says so, and each time it was said."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lcep.site import today
from members.doors import just_shown
from partnerships.models import Partnership, Stewardship
from steering.forms import KeyForm
from steering.models import KeyHolders, KeyTurn, NotTheirs

Act = KeyTurn.Act
PRESSES = {"confirm", "withdraw", Act.END, Act.LET_IN}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@just_shown
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """For the Chair and the Executive, who have just shown who they are; for anybody else there is no such page."""
    partnership = get_object_or_404(Partnership.objects.listed(), slug=slug)
    holders = KeyHolders(partnership)
    if request.user not in holders:
        raise Http404
    form = KeyForm(request.POST if request.POST.get("wish") == Act.APPOINT else None, initial={"from_on": today()})
    try:
        if form.is_valid():
            return _said(request, KeyTurn.ask(partnership, Act.APPOINT, by=request.user, **form.cleaned_data))
        if request.POST.get("wish") in PRESSES:
            return _pressed(request, partnership)
    except NotTheirs as sorry:
        messages.error(request, str(sorry))
        return redirect("steering:keys", slug)
    context = {
        "partnership": partnership,
        "holders": sorted(holders.everybody, key=lambda member: member.name.casefold()),
        "are_few": holders.are_few,
        "is_alone_enough": holders.is_alone_enough(request.user),
        "stewardships": _ahead(partnership),
        "waiting": KeyTurn.objects.waiting().filter(partnership=partnership).select_related("asked_by", "member"),
        "done": KeyTurn.objects.done().filter(partnership=partnership).select_related(*TOLD)[:20],
        "form": form,
    }
    return render(request, "steering/keys.html", context)


TOLD = ("asked_by", "confirmed_by", "member")


def _pressed(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    wish, number = request.POST["wish"], _number(request.POST.get("of", ""))
    if wish in {"confirm", "withdraw"}:
        turn = get_object_or_404(KeyTurn, partnership=partnership, pk=number)
        if wish == "confirm":
            turn.confirm(by=request.user)
            return _said(request, turn)
        turn.withdraw(by=request.user)
        messages.success(request, "Taken back. Nothing was changed.")
        return redirect("steering:keys", partnership.slug)
    stewardship = get_object_or_404(_ahead(partnership), pk=number)
    return _said(request, KeyTurn.ask(partnership, wish, by=request.user, stewardship=stewardship))


def _said(request: HttpRequest, turn: KeyTurn) -> HttpResponse:
    if turn.done_at:
        messages.success(request, f"Done: {turn}. Everybody who holds a key was told by mail.")
    elif turn.is_waiting:
        messages.success(
            request, f"Noted. One more press is needed, by somebody else who holds a key, by {turn.waits_until:%-d %B}."
        )
    return redirect("steering:keys", turn.partnership.slug)


def _ahead(partnership: Partnership):
    """Who manages it today or will."""
    rows = Stewardship.objects.filter(partnership=partnership).exclude(until_on__lt=today())
    return rows.select_related("member").order_by("from_on", "pk")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
