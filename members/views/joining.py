"""Joining a mailing list: one field, then a code typed in the open tab, or the mailed link and a button.

Every answer is the same whether the address is new, known, on a list already or never to be written
to; the row that is made is the same too, and only the mail differs.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members import caps, emails, wording
from members.forms import CodeForm, JoinForm
from members.models import JoinRequest, Suppression, Wording
from members.sign_in import sign_in
from members.views.own import onward_to, safe
from partnerships.models import Partnership
from trust.addresses import masked
from trust.tokens import CONFIRM, Broken, Expired

COOKIE = "join"
ONWARD = "onward"  # the page somebody came from to join, like an event: they are led back to it
WEEK = 7 * 24 * 3600


@never_cache
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """The one field. A partnership that is only listed says where its own list is."""
    partnership = get_object_or_404(Partnership.objects.listed(), slug=slug)
    if not partnership.is_at_home:
        return render(request, "members/join_elsewhere.html", {"partnership": partnership})

    form = JoinForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        asked = _ask(request, partnership, form)
        response = redirect("members:code", slug)
        _remember(response, asked)
        if onward := safe(request, request.GET.get("next"), ""):
            response.set_cookie(ONWARD, onward, max_age=WEEK, httponly=True, samesite="Lax", secure=settings.SECURE)
        return response
    context = {"partnership": partnership, "form": form, "promise": wording.newsletter_promise(partnership)}
    context |= {"age": wording.AGE, "latest": _latest(partnership)}
    return render(request, "members/join.html", context)


@never_cache
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """Type the code in the tab that asked for it."""
    partnership = get_object_or_404(Partnership.objects.listed(), slug=slug)
    asked = _asked_here(request, partnership)
    if asked is None:
        return redirect("members:join", slug)

    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if asked.accepts(form.cleaned_data["code"]):
            return _welcome(request, asked)
        form.add_error("code", "That is not the code we sent, or it is over. Look again, or ask for a new one.")
    return render(request, "members/code.html", {"partnership": partnership, "asked": asked, "form": form})


@require_POST
def new_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a fresh code to the same address."""
    partnership = get_object_or_404(Partnership.objects.listed(), slug=slug)
    asked = _asked_here(request, partnership)
    if asked is None:
        return redirect("members:join", slug)
    fresh = asked.renew_code()
    _write(request, asked, fresh)
    return redirect(f"{reverse('members:code', args=[slug])}?sent=again")


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: a page with a button. Opened in another browser it confirms, and signs nobody in."""
    asked = _asked_by(token)
    if asked is None:
        return render(request, "members/link_over.html", {"partnership": None}, status=404)
    context = {"partnership": asked.partnership, "asked": asked, "address": masked(asked.mail_to), "token": token}
    if asked.confirmed_at is None and asked.refused_at is None and not asked.is_open:
        return _over(request, asked)
    if request.method != "POST" or not asked.is_open:
        return render(request, "members/confirm.html", context)
    if request.COOKIES.get(COOKIE) == asked.browser:
        return _welcome(request, asked)
    asked.confirm()
    return render(request, "members/confirmed.html", context)


@never_cache
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """ "This was not me": a page with a button that stops all mail to the address."""
    asked = _asked_by(token)
    if asked is None:
        return render(request, "members/link_over.html", {"partnership": None}, status=404)
    if request.method == "POST":
        asked.refuse()
    context = {"partnership": asked.partnership, "asked": asked, "address": masked(asked.mail_to), "token": token}
    return render(request, "members/not_me.html", context | {"done": request.method == "POST"})


def _over(request: HttpRequest, asked: JoinRequest) -> HttpResponse:
    """The link's week is over: one press sends a new one to the address it went to, which is not shown.

    The answer is the same whether anything was sent: a held-off or suppressed address is told nothing.
    """
    is_asked = request.method == "POST"
    if is_asked and asked.partnership.is_at_home and (fresh := asked.again()):
        _write(request, *fresh)
    context = {"partnership": asked.partnership, "can_ask": bool(asked.mail_to), "is_asked": is_asked}
    return render(request, "members/link_over.html", context, status=410)


def _ask(request: HttpRequest, partnership: Partnership, form: JoinForm) -> JoinRequest:
    """Note the request, and mail the code unless something says that nobody should be mailed."""
    with_events = form.cleaned_data["events"]
    shown = Wording.of(wording.joining(partnership, with_events))
    asked, fresh = JoinRequest.ask(partnership, form.cleaned_data["email"], with_events=with_events, wording=shown)
    if not form.looks_like_a_machine:
        _write(request, asked, fresh)
    return asked


def _write(request: HttpRequest, asked: JoinRequest, code: str) -> None:
    """Mail the code, or take as long as if it were mailed."""
    letter = emails.join_code(asked, code)
    if _may_be_written_to(request, asked):
        letter.send()
    else:
        emails.as_if_sent(letter)


def _may_be_written_to(request: HttpRequest, asked: JoinRequest) -> bool:
    within = caps.codes(request, asked.email)
    return within and not Suppression.objects.of(asked.key, asked.partnership).exists()


def _asked_here(request: HttpRequest, partnership: Partnership) -> JoinRequest | None:
    browser = request.COOKIES.get(COOKIE, "")
    return JoinRequest.objects.open().filter(browser=browser, partnership=partnership).first() if browser else None


def _asked_by(token: str) -> JoinRequest | None:
    try:
        (pk,) = CONFIRM.read(token)
    except Expired as expired:
        (pk,) = expired.ids
    except Broken:
        return None
    return JoinRequest.objects.select_related("partnership").filter(pk=pk).first()


def _remember(response: HttpResponse, asked: JoinRequest) -> None:
    """Let this tab go on with its request. The cookie names the request, not the person."""
    response.set_cookie(COOKIE, asked.browser, max_age=WEEK, httponly=True, samesite="Lax", secure=settings.SECURE)


def _welcome(request: HttpRequest, asked: JoinRequest) -> HttpResponse:
    member = asked.confirm()
    first = reverse("members:welcome", args=[asked.partnership.slug, "name"])
    response = sign_in(request, member, onward_to(first, safe(request, request.COOKIES.get(ONWARD), "")))
    response.delete_cookie(COOKIE)
    response.delete_cookie(ONWARD)
    return response


def _latest(partnership: Partnership):
    """The last newsletter, if a higher floor keeps any."""
    newsletters = getattr(partnership, "newsletters", None)
    return newsletters.published().first() if newsletters is not None else None
