"""Who would like a seat: read, talked to, answered. Nobody changes what they wrote."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate

from partnerships.admin.answering import Waiting, answered
from steering import emails
from steering.models import Interest
from trust.admin import desk
from trust.text import cleaned


class AnswerForm(forms.Form):
    """The answer, and a few words that go with it."""

    answer = forms.ChoiceField(label="Or answer", choices=Interest.Answer.choices[1:], widget=forms.RadioSelect)
    words = forms.CharField(
        label="A few words of yours",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="They stand in the mail that tells them",
    )

    def clean_words(self) -> str:
        return cleaned(self.cleaned_data["words"]).strip()


@admin.register(Interest, site=desk)
class InterestAdmin(Waiting):
    """Expressions of interest in the tables of what one manages."""

    sheet, named = "desk/steering/interest.html", "interest"
    presses = {"talking": "talking_view", "answer": "answer_view"}
    list_display = ["name", "group", "seat", "came_on", "how_it_stands"]
    list_select_related = ["group__partnership", "seat", "answered_by"]
    search_fields = ["name", "email", "statement"]
    search_help_text = "A name, an address or words they wrote"
    nothing_yet = "Whoever fills in the form on the Steering page will stand here. You also get each by mail."
    how_do_i = (
        ("How do I appoint them?", "Press “Appoint them”: that page asks for their term, tells them and answers this."),
        ("How long is it kept?", "Half a year after your answer. Then it deletes itself."),
    )

    @admin.display(description="How it stands", ordering="answered_at")
    def how_it_stands(self, interest: Interest) -> str:
        """Return "Not this time: answered on 3 November by Gwen", "In touch since …" or how long it waits."""
        if interest.answered_at:
            return f"{interest.get_answer_display()}. {answered(interest)}"
        if interest.talking_since:
            return f"Somebody is in touch since {localdate(interest.talking_since):%-d %B}"
        return super().how_it_stands(interest)

    def shown(self, interest: Interest) -> dict[str, Any]:
        appoint = f"{reverse('steering:appointing', args=[interest.group.ref])}?interest={interest.pk}"
        return {"title": interest.name, "form": AnswerForm(), "appoint": appoint}

    def talking_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Somebody is in touch. Pressed twice, the first press holds."""
        interest = get_object_or_404(self.get_queryset(request), pk=pk)
        interest.talk(by=request.user)
        messages.success(request, f"Noted: somebody is in touch with {interest.name}.")
        return redirect("admin:steering_interest_change", interest.pk)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer, and tell them by mail; who changed their mind is not written to. The first answer holds."""
        interest = get_object_or_404(self.get_queryset(request), pk=pk)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.page(request, interest, form=form)
        with transaction.atomic():
            given = interest.give(form.cleaned_data["answer"], by=request.user)
            if given and interest.answer != Interest.Answer.WITHDRAWN:
                emails.interest_answered(interest, form.cleaned_data["words"]).send()
        messages.success(request, f"{interest.name}: {self.how_it_stands(interest)}.")
        return redirect("admin:steering_interest_changelist")
