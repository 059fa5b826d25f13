"""Once an issue is out: a correction to those who have it, and taking it out of the archive."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from newsletters import audience, emails
from newsletters.built import THEIR_OWN
from newsletters.forms import CorrectionForm, WithdrawalForm
from newsletters.models import Correction, Newsletter
from newsletters.models.corrections import NotYet
from newsletters.sorting import people
from newsletters.standing import moment


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """A few words to those who have it: typed, read once more as they will arrive, sent with Undo."""
    if not newsletter.can_be_corrected:
        messages.info(request, "There is nothing to correct while it is on its way, or went to nobody from here.")
        return redirect(context["home"])
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    reached = audience.reached(newsletter).filter(excluded="")
    context |= {"title": "Correction", "form": form, "in_words": people(reached.count()), "read": None}
    if form.is_valid():
        words = form.cleaned_data["words"]
        if form.is_sure:
            return _sent(request, newsletter, words, context)
        context["read"] = emails.read(words)
        context["subject"] = emails.correction_message(newsletter, words, choices=THEIR_OWN).subject
    status = 422 if form.errors else 200
    return TemplateResponse(request, "desk/newsletters/correction.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, newsletter: Newsletter, context: dict[str, Any]) -> HttpResponse:
    """Take it out of the archive with a sentence, or put it back."""
    if not newsletter.is_published:
        return redirect(context["home"])
    if request.method == "POST" and request.POST.get("back"):
        done = newsletter.put_back(by=request.user)
        messages.success(request, "It stands in the archive again." if done else "It stood there already.")
        return redirect(context["home"])
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = newsletter.withdraw(form.cleaned_data["withdrawal"], by=request.user)
        messages.success(request, "Withdrawn. The archive says so, and why." if done else "It was withdrawn already.")
        return redirect(context["home"])
    context |= {"title": "Withdraw it", "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "desk/newsletters/withdrawal.html", context, status=status)


def _sent(request: HttpRequest, newsletter: Newsletter, words: str, context: dict[str, Any]) -> HttpResponse:
    try:
        made = Correction.send(newsletter, words, by=request.user)
    except NotYet:
        return redirect(context["home"])
    assert made.mailing is not None
    messages.success(
        request, f"The correction goes out on {moment(made.mailing.send_at)}. Until then you can take it back here."
    )
    return redirect("admin:mailings_mailing_change", made.mailing_id)
