"""The demonstration's own pages: the cast, and the mail it caught."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.logout import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from demo import cast, guard
from demo.mails import Mail, Maildir
from trust.headers import MAIL_POLICY

PER_PAGE = 50
MOST_SHOWN = ":50000"  # characters of text on a page, as a slice

private = cache_control(private=True, no_store=True)


@private
@require_GET
def show_cast(request: HttpRequest) -> HttpResponse:
    return _cast(request)


@private
@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take the place of one of the cast; where somebody real could be met, of nobody."""
    role = cast.named(key)
    if role is None:
        raise Http404
    member = role.member()
    if guard.refusal() or member is None:
        return _cast(request, status=403)
    return role.sign_in(request, member)


@private
@require_POST
def visit(request: HttpRequest) -> HttpResponse:
    """Be nobody again, and begin at the front page."""
    logout(request, show_message=False)
    return redirect("partnerships:home")


def no_real_people(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show captured mail (sign-in codes among it) only where everybody is invented."""

    @private
    @require_GET
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        return _cast(request, status=403) if guard.refusal() else view(request, *args, **kwargs)

    return guarded


@no_real_people
def show_mail(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "").strip()[:100]
    page = Paginator(Maildir().newest_first(to), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "demo/mail.html", {"page": page, "to": to, "query": urlencode({"to": to}) + "&" if to else ""}
    )


@no_real_people
def show_message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "demo/message.html", {"mail": _mail(name), "most": MOST_SHOWN})


@no_real_people
def show_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part by itself, for a sandboxed frame."""
    return HttpResponse(_mail(name).html, headers={"Content-Security-Policy": MAIL_POLICY})


@no_real_people
def show_source(request: HttpRequest, name: str) -> HttpResponse:
    """Every byte as it was kept, shown as text."""
    return HttpResponse(_mail(name).source, content_type="text/plain; charset=utf-8")


def _mail(name: str) -> Mail:
    mail = Maildir().get(name)
    if mail is None:
        raise Http404
    return mail


def _cast(request: HttpRequest, status: int = 200) -> HttpResponse:
    refusal = guard.refusal()
    roles = [] if refusal else [(role, role.member() is not None) for role in cast.everybody()]
    return render(request, "demo/cast.html", {"roles": roles, "refusal": refusal}, status=status)
