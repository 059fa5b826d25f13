"""The desk's screen for the domain a partnership would like to send as: what was found, and the letter that asks."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from mailings import mail_domains
from mailings.mail_domains import Away, Finding, letter, look
from mailings.models import MailDomain
from trust.admin import Walled, desk
from trust.models import Entry

TITLE = "Mail as your own domain"


class MailDomainForm(forms.ModelForm):
    class Meta:
        labels = {
            "domain": "Your domain",
            "local_part": "The name before the @",
            "selector": "Name of the key (DKIM selector)",
            "dkim_record": "The key's record",
        }
        help_texts = {
            "domain": "What stands behind the @ in your own mail, like leedscep.org.uk",
            "local_part": "Newsletters come from this address, like hello",
        }

    def clean_domain(self) -> str:
        """One spelling of a domain; a whole address is a slip that is easily made."""
        domain = self.cleaned_data["domain"].strip().lower().rstrip(".")
        if not mail_domains.is_domain(domain):
            raise forms.ValidationError("Write the part behind the @ alone, like leedscep.org.uk")
        return domain

    def clean_local_part(self) -> str:
        name = self.cleaned_data["local_part"].strip().lower()
        if not mail_domains.is_local_part(name):
            raise forms.ValidationError("Use letters, digits, dots and hyphens, like hello")
        return name


@admin.register(MailDomain, site=desk)
class MailDomainAdmin(Walled):
    """A manager names the domain; with which key mail is signed is for an administrator to say.

    Otherwise a manager could name the key that already stands in somebody else's domain, and send in its name.
    """

    form = MailDomainForm
    change_form_template = "desk/mailings/domain.html"
    list_display = ["domain", "partnership", "how_it_stands"]
    list_select_related = ["partnership"]
    ordering = ["domain"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = [] if obj else ["partnership"]
        keys = ["selector", "dkim_record"] if request.user.is_administrator else []
        return [*own, "domain", "local_part", *keys]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "partnership" in form.base_fields:
            form.base_fields["partnership"].required = not request.user.is_administrator
        return form

    @admin.display(description="How it stands")
    def how_it_stands(self, domain: MailDomain) -> str:
        return domain.how_it_stands

    def save_model(self, request: HttpRequest, obj: MailDomain, form: Any, change: bool) -> None:
        """Another domain or key has to prove itself anew."""
        if {"domain", "selector", "dkim_record"} & set(form.changed_data):
            obj.good_at = obj.broken_at = obj.checked_at = None
            obj.findings = []
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        deeds = (("look", self.look), ("off", self.off), ("on", self.on))
        own = [path(f"<int:pk>/{name}/", self._deed(deed), name=f"mailings_maildomain_{name}") for name, deed in deeds]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": TITLE} | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        domain = kwargs.get("obj")
        context |= {"title": TITLE, "show_save_and_add_another": False}
        if domain is not None:
            findings = [Finding(sentence) for sentence in domain.findings]
            context |= {"domain": domain, "letter": letter(domain, findings)}
        return super().render_change_form(request, context, *args, **kwargs)

    def look(self, domain: MailDomain, request: HttpRequest) -> str:
        try:
            findings = look(domain, mail_domains.resolve)
        except Away:
            return "Nobody answered when we asked about this domain. Nothing has changed; please try again later."
        if not any(finding.bars for finding in findings):
            return f"All is well. {domain.how_it_stands}."
        return "Something is still missing. It stands below, and in the letter."

    def off(self, domain: MailDomain, request: HttpRequest) -> str:
        if MailDomain.objects.filter(pk=domain.pk, off_at=None).update(off_at=timezone.now()):
            Entry.record(f"switched off sending as {domain.domain}", domain, by=request.user)
        return "From the next mail on the site’s own address is used."

    def on(self, domain: MailDomain, request: HttpRequest) -> str:
        if MailDomain.objects.filter(pk=domain.pk, off_at__lte=Now()).update(off_at=None):
            Entry.record(f"switched on sending as {domain.domain}", domain, by=request.user)
        domain.refresh_from_db()
        return f"Switched on. {domain.how_it_stands}."

    def _deed(self, deed: Any) -> Any:
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            domain = get_object_or_404(self.get_queryset(request), pk=pk)
            said = deed(domain, request)
            domain.refresh_from_db()
            messages.add_message(request, messages.SUCCESS if domain.is_sound else messages.WARNING, said)
            return redirect("admin:mailings_maildomain_change", pk)

        return self.admin_site.admin_view(view)
