"""Who may open a page of one's own."""

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from trust.second_factor import has_second_factor

FRESH = 600  # seconds


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a signed-in member. A manager or administrator without a second factor reaches only its set-up, and from
    there goes on to where they were going.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_staff and not has_second_factor(request):
            if request.method == "GET":
                request.session["on_the_way"] = request.get_full_path()
            return redirect("members:second_factor")
        return view(request, *args, **kwargs)

    return guarded


def freshly_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what a borrowed, unlocked device must not do. Who has no factor shows a fresh code (10 minutes).

    allauth re-authenticates whoever has a factor; for everybody else it counts every session as fresh.
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if Authenticator.objects.filter(user=request.user).exists() or _is_fresh(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('members:fresh_code')}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def shown_by_setting_up(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Count a factor that was set up just now as shown: allauth would ask for its next number on the page after."""

    @wraps(view)
    def counting(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        mine = Authenticator.objects.filter(user=request.user)
        before = mine.count()
        answer = view(request, *args, **kwargs)
        if mine.count() > before:
            record_authentication(request, request.user, method="mfa", reauthenticated=True)
        return answer

    return counting


def just_shown(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what nobody else may do on a device left open: shown who one is in the last ten minutes.

    By a passkey or an authenticator where there is one, else by a code mailed just now.
    """

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if _is_fresh(request):
            return view(request, *args, **kwargs)
        has_factor = Authenticator.objects.filter(user=request.user).exists()
        door = reverse("account_reauthenticate" if has_factor else "members:fresh_code")
        return redirect(f"{door}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def _is_fresh(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("at", 0) > time.time() - FRESH for record in records)
