"""Moving to another address, and the devices one is signed in on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from lcep.numbers import row_number
from members import caps, emails
from members.doors import just_shown, signed_in
from members.forms import AddressChangeForm
from members.models import AddressChange, Device, Suppression
from members.models.address_changes import Taken
from members.models.devices import sign_out_everywhere
from trust.addresses import key_of, masked
from trust.tokens import NEW_ADDRESS, OLD_ADDRESS, Broken, Expired, Token


@never_cache
@just_shown
def change_of_address(request: HttpRequest) -> HttpResponse:
    """Ask for another address. The answer is the same whether it is free, taken, or never to be written to."""
    form = AddressChangeForm(request.POST or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        change = AddressChange.ask(request.user, form.cleaned_data["email"])
        suppressed = Suppression.objects.filter(key=key_of(change.email), partnership=None).exists()
        if caps.codes(request, change.email) and not suppressed:
            emails.new_address(change).send()
        return render(request, "members/address_asked.html", {"change": change})
    return render(request, "members/address.html", {"form": form})


@never_cache
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link the new address got: a page with a button; it signs nobody in."""
    change = _change(NEW_ADDRESS, token)
    if change is None:
        return render(request, "members/link_over.html", {"partnership": None}, status=404)
    context = {"change": change, "address": masked(change.mail_to)}
    if request.method == "POST" and change.is_open:
        try:
            if change.confirm():
                emails.address_changed(change).send()
        except Taken:
            return render(request, "members/address_new.html", context | {"taken": True}, status=410)
    status = 200 if change.is_open or change.confirmed_at else 410
    return render(request, "members/address_new.html", context, status=status)


@never_cache
def old_address(request: HttpRequest, token: str) -> HttpResponse:
    """The way back, for the old address: whoever moved it is signed out everywhere."""
    change = _change(OLD_ADDRESS, token)
    if change is None:
        return render(request, "members/link_over.html", {"partnership": None}, status=404)
    context = {"change": change, "address": masked(change.was_mail_to)}
    if request.method == "POST" and change.can_be_undone:
        try:
            if change.undo():
                sign_out_everywhere(change.member)
        except Taken:
            return render(request, "members/address_old.html", context | {"taken": True}, status=410)
    status = 200 if change.can_be_undone or change.undone_at else 410
    return render(request, "members/address_old.html", context, status=status)


@never_cache
@signed_in
def devices(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; a button ends one of them, or all but this one."""
    if request.method == "POST" and request.POST.get("device") == "others":
        sign_out_everywhere(request.user, but=request.session.session_key)
        messages.success(request, "Every other device is signed out.")
        return redirect("members:devices")
    if request.method == "POST":
        device = get_object_or_404(Device, member=request.user, pk=row_number(request.POST.get("device")))
        device.sign_out()
        messages.success(request, f"{device} is signed out.")
        return redirect("members:devices")
    rows = request.user.devices.signed_in()
    return render(request, "members/devices.html", {"devices": rows, "here": request.session.session_key})


def _change(purpose: Token, token: str) -> AddressChange | None:
    try:
        (pk,) = purpose.read(token)
    except Expired as expired:
        (pk,) = expired.ids
    except Broken:
        return None
    return AddressChange.objects.select_related("member").filter(pk=pk).first()
