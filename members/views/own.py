"""Pages of one's own: what one belongs to, what one chose, and how one signs in."""

import hmac
import secrets
import time
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lcep.site import my_panels, welcome_steps
from members import emails, record, wording
from members.doors import FRESH, signed_in
from members.forms import CodeForm, NameForm, WorkForm
from members.models import Consent, Member, Membership, Wording
from partnerships.models import Partnership
from trust.addresses import key_of
from trust.models import Cap
from trust.second_factor import has_second_factor
from trust.tokens import CHOICES

STEPS = {"name": NameForm, "work": WorkForm}


@never_cache
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    request.user.remember_rights()
    memberships = Membership.objects.current().filter(member=request.user).select_related("partnership")
    rows = [
        (row, CHOICES.sign(row.member_id, row.partnership_id), wording.showing(row.partnership)) for row in memberships
    ]
    panels = [panel for part in my_panels if (panel := part(request))]
    return render(request, "members/me.html", {"memberships": rows, "panels": panels})


@never_cache
@signed_in
def welcome(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """What comes after joining: one question a page, each optional, "Skip" as large as "Save"."""
    if step not in STEPS:
        raise Http404
    partnership = get_object_or_404(_lists_of(request.user), slug=slug)
    onward = _after(step, request.user, partnership, safe(request, request.GET.get("next"), ""))
    form = STEPS[step](request.POST or None, instance=request.user, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(onward)
    context = {"partnership": partnership, "form": form, "step": step, "onward": onward}
    return render(request, "members/welcome.html", context)


@never_cache
@signed_in
def name(request: HttpRequest) -> HttpResponse:
    """Change one's name and organisation."""
    partnership = _lists_of(request.user).first()
    if partnership is None:
        return redirect("members:me")
    form = NameForm(request.POST or None, instance=request.user, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("members:me")
    return render(request, "members/name.html", {"form": form})


@never_cache
@signed_in
def my_record(request: HttpRequest) -> HttpResponse:
    """Everything one agreed to and when, with the words one read."""
    return render(request, "members/record.html", {"lines": record.of(request.user)})


@require_POST
@signed_in
def showing(request: HttpRequest, slug: str) -> HttpResponse:
    """Be named on the network page of one's partnership, or no longer: the wanted state comes with the button."""
    membership = get_object_or_404(
        Membership.objects.current().select_related("partnership"), member=request.user, partnership__slug=slug
    )
    shown = Wording.of(f"{wording.showing(membership.partnership)}\n[{wording.SHOW}]")
    if request.POST.get("show") == "yes" and not request.user.name:
        messages.error(request, "Give your name first: it is what the page shows.")
        return redirect("members:name")
    if request.POST.get("show") == "yes":
        membership.show(how=Consent.How.OWN_PAGE, wording=shown)
        messages.success(request, f"You are named on {membership.partnership}'s network page.")
    elif request.POST.get("show") == "no":
        membership.hide(how=Consent.How.OWN_PAGE, wording=shown)
        messages.success(request, f"You are no longer named on {membership.partnership}'s network page.")
    return redirect("members:me")


@never_cache
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """The one screen a manager or administrator reaches before a passkey or an authenticator is set up."""
    factors = Authenticator.objects.filter(user=request.user)
    context = {
        "required": request.user.is_staff,
        "ready": has_second_factor(request),
        "passkeys": factors.filter(type=Authenticator.Type.WEBAUTHN).count(),
        "authenticator": factors.filter(type=Authenticator.Type.TOTP).exists(),
        "recovery": factors.filter(type=Authenticator.Type.RECOVERY_CODES).exists(),
    }
    return render(request, "members/second_factor.html", context)


@never_cache
@login_required
def fresh_code(request: HttpRequest) -> HttpResponse:
    """Ask a signed-in member for a code mailed just now, before something a borrowed device must not do."""
    onward = safe(request, request.POST.get("next") or request.GET.get("next"))
    sent = request.session.get("fresh_code")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "code" not in request.POST:
        _send_fresh_code(request)
        return redirect(request.get_full_path())
    if form.is_bound and form.is_valid():
        if _is_fresh_code(request, form.cleaned_data["code"]):
            record_authentication(request, request.user, method="code", email=request.user.email, reauthenticated=True)
            return redirect(onward)
        form.add_error("code", "That is not the code we sent, or it is over. Look again, or ask for a new one.")
    return render(request, "members/fresh_code.html", {"form": form, "sent": sent, "next": onward})


def _send_fresh_code(request: HttpRequest) -> None:
    """Mail a code, six times an hour at most; past that no new one is made, so that nobody has tries without end."""
    if not Cap.take("fresh code", key_of(request.user.email), 6, timedelta(hours=1)):
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    request.session["fresh_code"] = {"hash": _hash(code), "until": time.time() + FRESH, "tries": 5}
    emails.sign_in_code(request.user, code).send()


def _is_fresh_code(request: HttpRequest, typed: str) -> bool:
    """Whether this is the code that was sent: once, within its ten minutes and its five tries."""
    kept = request.session.get("fresh_code")
    if not kept or kept["tries"] < 1 or kept["until"] < time.time():
        return False
    if not Cap.take("fresh code: try", key_of(request.user.email), 30, timedelta(hours=1)):
        return False  # a session counts its own tries, and of many at once not every one
    kept["tries"] -= 1
    request.session["fresh_code"] = kept
    if not hmac.compare_digest(kept["hash"], _hash("".join(typed.split()))):
        return False
    del request.session["fresh_code"]
    return True


def _hash(code: str) -> str:
    return key_of(f"fresh code {code}").hex()


def _lists_of(member: Member):
    current = Membership.objects.current().filter(member=member)
    return Partnership.objects.filter(pk__in=current.values("partnership"))


def _after(step: str, member: Member, partnership: Partnership, onward: str) -> str:
    """The address of the next question: ours, then the page they came from; else of higher floors, then their own."""
    following = list(STEPS)[list(STEPS).index(step) + 1 :]
    if following:
        return onward_to(reverse("members:welcome", args=[partnership.slug, following[0]]), onward)
    if onward:
        return onward
    asked = (part(member, partnership) for part in welcome_steps)
    return next((address for address in asked if address), reverse("members:me"))


def onward_to(address: str, onward: str) -> str:
    """An address of ours that remembers which page somebody came from."""
    return f"{address}?{urlencode({'next': onward})}" if onward else address


def safe(request: HttpRequest, address: str | None, otherwise: str | None = None) -> str:
    """The address if it is one of this site, else another one of ours."""
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()) if address else False
    if address and allowed:
        return address
    return reverse("members:me") if otherwise is None else otherwise
