"""Data complaints on the desk: read, answer, closed; the answer goes out by mail."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats

from lcep.numbers import row_number
from lcep.site import Need
from members import emails
from members.forms import OneFormHelper
from members.models import DataComplaint
from trust.admin import Walled, desk
from trust.text import cleaned


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Your answer",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What you found, what you have done, and what will be different. It goes to them by e-mail.",
        error_messages={"required": "Write the answer."},
    )
    helper = OneFormHelper("Send the answer and close")
    helper.form_tag = False

    def clean_answer(self) -> str:
        return cleaned(self.cleaned_data["answer"])


@admin.register(DataComplaint, site=desk)
class DataComplaintAdmin(Walled):
    """Complaints about personal data, the next due first."""

    list_display = ["received", "about", "due", "state"]
    list_select_related = ["partnership"]
    ordering = ["-received_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="Received", ordering="received_at")
    def received(self, complaint: DataComplaint) -> str:
        return formats.date_format(complaint.received_at, "j F Y")

    @admin.display(description="About")
    def about(self, complaint: DataComplaint) -> str:
        return str(complaint.partnership or "this site")

    @admin.display(description="Answer by")
    def due(self, complaint: DataComplaint) -> str:
        return formats.date_format(complaint.due_on, "j F Y")

    @admin.display(description="How it stands")
    def state(self, complaint: DataComplaint) -> str:
        if complaint.answered_at:
            return f"Answered on {formats.date_format(complaint.answered_at, 'j F Y')}"
        return "Waits for an answer" if complaint.acknowledged_at else "Waits, and nobody has told them we have it"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Read it, and answer it once."""
        rows = self.get_queryset(request).select_related("partnership", "answered_by")
        complaint = get_object_or_404(rows, pk=row_number(object_id))
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if complaint.close(form.cleaned_data["answer"], by=request.user) and complaint.email:
                emails.data_complaint_answered(complaint).send()
                messages.success(request, "Answered and closed. The answer is on its way.")
            return redirect("admin:members_datacomplaint_change", complaint.pk)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": str(complaint)}
        context |= {"complaint": complaint, "form": form}
        return TemplateResponse(request, "desk/members/complaint.html", context)


def needs(request: HttpRequest) -> list[Need]:
    """The two complaints whose answer is due first."""
    waiting = DataComplaint.objects.for_steward(request.user).waiting().order_by("received_at")[:2]
    return [
        Need(
            f"Somebody complained about their data on {formats.date_format(row.received_at, 'j F')}. "
            "The law gives us 30 days to answer.",
            "Read and answer it",
            reverse("admin:members_datacomplaint_change", args=[row.pk]),
            by=row.due_on,
        )
        for row in waiting
    ]
