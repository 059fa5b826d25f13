"""The signed link in the "Still right?" mail: the facts, and two buttons. Opening it changes nothing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.contact import Reader
from partnerships.models import Confirmation, Partnership
from partnerships.said import said_of
from trust.text import cleaned
from trust.tokens import STILL_RIGHT, Broken, Expired

WRITE = "Write what is not right, like: it is called something else now"


class CorrectionForm(forms.Form):
    correction = forms.CharField(
        label="What is not right?",
        help_text="In your own words. Whoever keeps this entry reads it and puts it right.",
        max_length=2000,
        error_messages={"required": WRITE, "max_length": "Write at most 2,000 letters"},
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_correction(self) -> str:
        if not (text := cleaned(self.cleaned_data["correction"]).strip()):
            raise ValidationError(WRITE)
        return text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_right(request: HttpRequest, token: str) -> HttpResponse:
    try:
        (pk,) = STILL_RIGHT.read(token)
    except Expired as expired:
        return _over(request, _question(expired.ids[0]), status=410)
    except Broken:
        return _over(request, None, status=404)
    if (question := _question(pk)) is None:
        return _over(request, None, status=404)
    press = request.POST.get("press", "")
    form = CorrectionForm(request.POST if press == "wrong" else None)
    if press == "right" and not question.is_over:
        question.still_right()
        return redirect(f"{request.path}?done=right")
    if press == "wrong" and not question.is_over and form.is_valid():
        return _corrected(request, question, form.cleaned_data["correction"])
    context = _about(question) | {"form": form, "done": _done(request, question), "confirmation": question}
    return render(request, "partnerships/still_right.html", context)


def _corrected(request: HttpRequest, question: Confirmation, text: str) -> HttpResponse:
    """Keep the correction and hand it to whoever keeps the entry, both or neither."""
    with transaction.atomic():
        if question.correct(text) and (reader := Reader.of(question.partnership)):
            reader.receive(email=question.sent_to, name="", text=text)
    return redirect(f"{request.path}?done=corrected")


def _done(request: HttpRequest, question: Confirmation) -> str:
    """What was just pressed; a made-up address shows no thanks for what did not happen."""
    happened = {"right": question.is_answered and not question.correction, "corrected": bool(question.correction)}
    done = request.GET.get("done", "")
    return done if happened.get(done) else ""


def _question(pk: int) -> Confirmation | None:
    return Confirmation.objects.select_related("partnership__region", "partnership__merged_into").filter(pk=pk).first()


def _about(question: Confirmation) -> dict[str, Any]:
    partnership = question.partnership
    return {
        "partnership": partnership,
        "is_over": question.is_over,
        "facts": said_of(partnership),
        "contact": _contact(partnership),
        "reader": Reader.of(partnership),
    }


def _contact(partnership: Partnership) -> str:
    """Where to write about it: its contact page, which a partnership that is not shown has none of."""
    if partnership.status == Partnership.Status.HIDDEN:
        return reverse("partnerships:contact_keeper")
    return reverse("partnerships:contact", args=[partnership.slug])


def _over(request: HttpRequest, question: Confirmation | None, status: int) -> HttpResponse:
    context = {"partnership": question.partnership, "contact": _contact(question.partnership)} if question else {}
    return render(request, "partnerships/still_right_over.html", context, status=status)
