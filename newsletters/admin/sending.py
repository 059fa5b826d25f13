"""From draft to inboxes: who gets it, a test to oneself, the check, Send and Undo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lcep.site import today
from newsletters import audience
from newsletters.check import Check
from newsletters.forms import SendingForm
from newsletters.models import Closed, Conflict, Newsletter
from newsletters.standing import Standing, moment, takes


@require_safe
def who(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """How many get it, five of them by name; everybody who does not, by reason and by name.

    Once it has begun this is what was settled then, not what the list would give today.
    """
    is_past = not newsletter.is_draft and newsletter.mailing is not None and newsletter.mailing.prepared is not None
    found = audience.settled(newsletter.mailing) if is_past else audience.now(newsletter)
    context |= {"title": "Who gets it", "is_past": is_past, **found.as_context()}
    return TemplateResponse(request, "desk/newsletters/who.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Send the newsletter as it stands to oneself."""
    if request.method == "POST":
        newsletter.test(by=request.user)
        messages.success(request, f"A test is on its way to {request.user.mail_to}.")
        return redirect(context["home"])
    proofs = newsletter.proofs.select_related("to", "mailing")[:10]
    context |= {"title": "Test sent to me", "proofs": proofs, "says_something": Check(newsletter).says_something}
    return TemplateResponse(request, "desk/newsletters/test.html", context)


@require_safe
def check(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """What to look at, and the button that says what it does."""
    if not newsletter.is_draft:
        return redirect(context["home"])
    form = SendingForm(initial={"version": newsletter.version})
    return _checked(request, newsletter, context, form, Check(newsletter))


@require_POST
def send(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Send it. Pressed again, or by somebody else at the same time: still one mailing."""
    if not newsletter.is_draft:
        messages.info(request, f"It is sent off already. {Standing(newsletter, newsletter.handed_over).sentence}.")
        return redirect(context["home"])
    form = SendingForm(request.POST)
    if not form.is_valid():
        return _checked(request, newsletter, context, form, Check(newsletter), status=422)
    if (then := Check(newsletter, on=localdate(form.send_at))).bars:
        return _checked(request, newsletter, context, form, then, status=422)
    try:
        mailing = newsletter.send(version=form.cleaned_data["version"], by=request.user, send_at=form.send_at)
    except Conflict as conflict:
        changed = (
            f"{conflict.saved.edited_by or 'Somebody'} changed the words meanwhile. Look at them again before you send."
        )
        messages.error(request, changed)
        return redirect("admin:newsletters_newsletter_check", newsletter.pk)
    except Closed:
        return redirect(context["home"])
    messages.success(request, f"It goes out on {moment(mailing.send_at)}. {form.explanation}".strip())
    return redirect(context["home"])


@require_POST
def undo(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Take it back before it begins."""
    if newsletter.undo(by=request.user):
        messages.success(request, "Taken back: nobody got it, and it is a draft again.")
    elif newsletter.is_draft:
        messages.info(request, "It is a draft already: nobody got it.")
    else:
        messages.error(request, "It has begun to go out, so it cannot be taken back. You can stop the rest.")
    return redirect(context["home"])


def _checked(
    request: HttpRequest,
    newsletter: Newsletter,
    context: dict[str, Any],
    form: SendingForm,
    check: Check,
    status: int = 200,
) -> HttpResponse:
    planned_for = check.on if check.on != today() else None
    context |= {"title": "Check and send", "form": form, "check": check, "planned_for": planned_for}
    context["takes"] = takes(check.people)
    return TemplateResponse(request, "desk/newsletters/check.html", context, status=status)
