"""Who would like a seat: read, talked to, answered. Nobody changes what they wrote."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from partnerships.admin.screens import Screen
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


class WhereItStands(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("answered", "Answered")]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.open()
        return queryset.exclude(answered_at=None) if self.value() == "answered" else queryset


@admin.register(Interest, site=desk)
class InterestAdmin(Screen):
    """Expressions of interest in the tables of what one manages."""

    list_display = ["name", "group", "seat", "came_on", "how_it_stands"]
    list_filter = [WhereItStands]
    list_select_related = ["group__partnership", "seat", "answered_by"]
    search_fields = ["name", "email", "statement"]
    search_help_text = "A name, an address or words they wrote"
    nothing_yet = "Whoever fills in the form on the Steering page will stand here. You also get each by mail."
    how_do_i = (
        ("How do I appoint them?", "Press “Appoint them”: that page asks for their term, tells them and answers this."),
        ("How long is it kept?", "Half a year after your answer. Then it deletes itself."),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Came on", ordering="received_at")
    def came_on(self, interest: Interest) -> str:
        return f"{localdate(interest.received_at):%-d %B %Y}"

    @admin.display(description="How it stands", ordering="answered_at")
    def how_it_stands(self, interest: Interest) -> str:
        return how_it_stands(interest)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One of them, with what can be done."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        interest = self.get_object(request, unquote(object_id))
        if interest is None:
            raise Http404
        return self._page(request, interest, AnswerForm())

    def get_urls(self) -> list[URLPattern]:
        def door(name: str, view: Any) -> URLPattern:
            guarded = self.admin_site.admin_view(require_POST(view))
            return path(f"<int:pk>/{name}/", guarded, name=f"steering_interest_{name}")

        return [door("talking", self.talking_view), door("answer", self.answer_view), *super().get_urls()]

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
            return self._page(request, interest, form)
        with transaction.atomic():
            given = interest.give(form.cleaned_data["answer"], by=request.user)
            if given and interest.answer != Interest.Answer.WITHDRAWN:
                emails.interest_answered(interest, form.cleaned_data["words"]).send()
        messages.success(request, f"{interest.name}: {how_it_stands(interest).lower()}.")
        return redirect("admin:steering_interest_changelist")

    def _page(self, request: HttpRequest, interest: Interest, form: AnswerForm) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": interest.name,
            "opts": self.opts,
            "interest": interest,
            "how_it_stands": how_it_stands(interest),
            "form": form,
            "how_do_i": self.how_do_i,
            "appoint": f"{reverse('steering:appointing', args=[interest.group.ref])}?interest={interest.pk}",
        }
        return TemplateResponse(request, "desk/steering/interest.html", context)


def how_it_stands(interest: Interest) -> str:
    if interest.answered_at:
        by = f" by {interest.answered_by}" if interest.answered_by else ""
        return f"{interest.get_answer_display()}, answered on {localdate(interest.answered_at):%-d %B %Y}{by}"
    if interest.talking_since:
        return f"Somebody is in touch since {localdate(interest.talking_since):%-d %B}"
    return f"Waits since {localdate(interest.received_at):%-d %B}"
