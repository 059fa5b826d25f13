"""Short notices on the desk: choose one to three stories, look at who gets them, send. Nothing is typed."""

import uuid
from collections.abc import Callable
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from lcep.numbers import row_number
from mailings.message import Message
from mailings.models import Delivery
from newsletters.admin.walls import behind_the_wall, whose
from newsletters.built import THEIR_OWN, part
from newsletters.models import Full, Notice, Story
from newsletters.models.notices import MOST
from newsletters.notices import mail
from newsletters.notices.check import NoticeCheck
from newsletters.standing import moment
from partnerships.models import Partnership
from trust.admin import Desk
from trust.headers import MAIL_POLICY

HOME = "notice_stories"
OFFERED = 60


def addresses(desk: Desk) -> list[URLPattern]:
    """The screens, each behind the desk's door and the wall."""
    screens: list[tuple[str, str, Callable]] = [
        ("", HOME, stories),
        ("check/", "notice_check", check),
        ("mail/", "notice_mail", shown_mail),
    ]
    own = [
        path(f"short-notice/<slug:slug>/{address}", behind_the_wall(desk, view, HOME), name=name)
        for address, name, view in screens
    ]
    return [path("short-notice/", whose(desk, "Short notice", HOME), name="notices"), *own]


@require_safe
def stories(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Which stories: those on the noticeboard, the soonest to close first."""
    checked = NoticeCheck(partnership, [])
    sent = Notice.objects.standing().filter(partnership=partnership).select_related("mailing")[:5]
    context |= {"title": "Short notice", "offered": _offered(partnership), "check": checked, "sent": sent}
    return TemplateResponse(request, "desk/notices/stories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Who gets it, who does not and why, the mail itself, and the button that says what it does."""
    chosen = _chosen(partnership, request.POST if request.method == "POST" else request.GET)
    if not 1 <= len(chosen) <= MOST:
        messages.error(request, "Tick one, two or three stories.")
        return redirect(context["home"])
    checked = NoticeCheck(partnership, chosen)
    key = _key(request)
    if request.method == "POST" and (not checked.bars or Notice.objects.filter(key=key).exists()):
        return _send(request, partnership, chosen, key, context)
    query = "&".join(f"story={story.pk}" for story in chosen)
    context |= {
        "title": "Check and send",
        "room": "Short notice",
        "check": checked,
        "chosen": chosen,
        "key": key,
        "subject": mail.subject_of(partnership, chosen),
        **checked.settled.as_context(),
        "frame": f"{reverse('admin:notice_mail', args=[partnership.slug])}?{query}",
    }
    return TemplateResponse(request, "desk/notices/check.html", context, status=422 if request.POST else 200)


@require_safe
def shown_mail(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """The HTML part as it leaves, for `<iframe sandbox>` only."""
    chosen = _chosen(partnership, request.GET)[:MOST]
    if not chosen:
        raise Http404("No story of yours was asked for.")
    return as_mail(mail.message(partnership, chosen, choices=THEIR_OWN), request.user)


def as_mail(message: Message, reader: Any) -> HttpResponse:
    """A built mail as one person gets it: no script, no form, no other site's picture."""
    filled = message_from_bytes(message.fill(Delivery.sample(reader)), policy=SMTP)
    return HttpResponse(part(filled, "html"), headers={"Content-Security-Policy": MAIL_POLICY})


def _send(
    request: HttpRequest, partnership: Partnership, chosen: list[Story], key: uuid.UUID, context: dict[str, Any]
) -> HttpResponse:
    subject = mail.subject_of(partnership, chosen)
    try:
        notice = Notice.send(partnership, chosen, subject=subject, key=key, by=request.user)
    except Full:
        messages.error(request, "Two have gone out this month already: that is what your readers were promised.")
        return redirect(context["home"])
    messages.success(request, f"It goes out on {moment(notice.mailing.send_at)}. Until then you can take it back.")
    return redirect("admin:mailings_mailing_change", notice.mailing_id)


def _offered(partnership: Partnership) -> list[Story]:
    """What hangs on the noticeboard, the soonest to close first; what a notice carried before comes last."""
    found = (
        partnership.stories.open().prefetch_related("told__notice__mailing").order_by("-approved_at", "-pk")[:OFFERED]
    )
    for story in found:
        story.partnership = partnership
        story.was_told = any(told.notice.is_published for told in story.told.all())  # type: ignore[attr-defined]
    return sorted(
        found, key=lambda story: (story.was_told, story.closes_on is None, story.closes_on or story.sent_at.date())
    )  # type: ignore[attr-defined]


def _chosen(partnership: Partnership, asked: Any) -> list[Story]:
    """The stories asked for that are open and this partnership's, in the order asked."""
    numbers = [number for typed in asked.getlist("story") if (number := row_number(typed))][: MOST * 4]
    found = partnership.stories.open().filter(pk__in=numbers).prefetch_related("told__notice__mailing")
    by_number = {story.pk: story for story in found}
    for story in found:
        story.partnership = partnership
    return [by_number[number] for number in dict.fromkeys(numbers) if number in by_number]


def _key(request: HttpRequest) -> uuid.UUID:
    """What tells one pressing of Send from another; a new page has a new one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
