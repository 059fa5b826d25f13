"""The privacy notice on the desk: read it, change it, and what it said before."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import formats

from members import wording
from members.forms import OneFormHelper
from members.models import PrivacyNotice
from partnerships.models import Partnership
from trust.admin import Walled, desk
from trust.text import cleaned


class NoticeForm(forms.Form):
    text = forms.CharField(
        label="The notice",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Lines that begin with ## are headings, those with - a list. What it says of this site is true; "
        "add what is true of you.",
        error_messages={"required": "A partnership needs a privacy notice."},
    )
    helper = OneFormHelper("Publish")
    helper.form_tag = False

    def clean_text(self) -> str:
        return cleaned(self.cleaned_data["text"]).strip()


@admin.register(PrivacyNotice, site=desk)
class PrivacyNoticeAdmin(Walled):
    """Versions are only ever added."""

    list_display = ["version", "partnership", "since"]
    list_select_related = ["partnership"]
    fields = readonly_fields = ["partnership", "number", "text", "published_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Version", ordering="number")
    def version(self, notice: PrivacyNotice) -> str:
        return f"Version {notice.number}"

    @admin.display(description="Since", ordering="published_at")
    def since(self, notice: PrivacyNotice) -> str:
        return formats.date_format(notice.published_at, "j F Y")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Change the notice, beginning from the one that holds."""
        own = Partnership.objects.at_home() if request.user.is_administrator else request.user.stewarded_partnerships()
        own = own.order_by("name")
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Change the privacy notice"}
        slug = request.GET.get("for", "")
        if not slug and len(own) != 1:
            return TemplateResponse(request, "desk/members/notice_whose.html", context | {"partnerships": own})
        partnership = get_object_or_404(own, slug=slug) if slug else own[0]
        current = partnership.privacy_notices.first()
        text = current.text if current else wording.notice(partnership)
        form = NoticeForm(request.POST or None, initial={"text": text})
        if request.method == "POST" and form.is_valid():
            notice = PrivacyNotice.publish(partnership, form.cleaned_data["text"], by=request.user)
            messages.success(request, f"Version {notice.number} holds from now on.")
            return redirect("admin:members_privacynotice_changelist")
        context |= {"form": form, "partnership": partnership}
        return TemplateResponse(request, "desk/members/notice.html", context)
