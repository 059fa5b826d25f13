"""Documents: where each can be read, and the versions kept here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from lcep.site import today
from partnerships.admin.screens import SOURCE, WHERE_FROM, Door, PlainForm, Screen, keeps_a_region, unlinked
from partnerships.models import Document
from partnerships.models.documents import AlreadyHere
from partnerships.slugs import free_slug
from partnerships.uploads import WHAT_GOES, Refused, examined, too_large
from trust.admin import desk
from trust.text import one_line
from trust.uploading import LARGEST

WHOSE = "Choose a partnership or a region: a document belongs to one of them"


class DocumentForm(PlainForm):
    class Meta:
        labels = {"url": "Where it can be read elsewhere"}
        help_texts = {
            "title": "Like: Terms of Reference",
            "publisher": "Who wrote it, like: Leeds City Council",
            "year": "Like: 2022, or: April 2022",
            "url": "Where somebody else keeps it. For a file of your own press “Add a version” once this is saved.",
            "summary": "What is in it, in two sentences of our own",
            "review_on": "Shown on your desk from that day on",
            "source": SOURCE,
        }

    def clean(self) -> dict[str, Any]:
        """Exactly one owner; whose it is does not change later."""
        said = super().clean() or self.cleaned_data
        if "region" in self.fields and bool(said.get("partnership")) == bool(said.get("region")):
            raise forms.ValidationError(WHOSE)
        return said


class VersionForm(forms.Form):
    """A file and what is new in it. `too_large` is what the upload handler noticed while it arrived."""

    file = forms.FileField(
        label="The file",
        help_text=f"{WHAT_GOES} At most {LARGEST // 1024 // 1024} MB.",
        error_messages={
            "required": "Choose a file",
            "missing": "Choose a file",
            "empty": "This file is empty. Open it on your own computer and look whether it holds anything.",
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.odt"}),
    )
    dated_on = forms.DateField(
        label="Dated",
        help_text="The date that stands on it, or on which it was agreed",
        error_messages={"required": "Give its date", "invalid": "Write the date like 2026-11-21"},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label="What changed",
        max_length=200,
        required=False,
        help_text="Like: Two seats for schools instead of one",
        error_messages={"max_length": "Say what changed in at most 200 letters"},
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        if too_large:
            self.fields["file"].required = False

    def clean_file(self) -> Any:
        if self.too_large:
            raise forms.ValidationError(too_large())
        file = self.cleaned_data["file"]
        try:
            return examined(file.name, file)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_note(self) -> str:
        return one_line(self.cleaned_data["note"])


@admin.register(Document, site=desk)
class DocumentAdmin(Screen):
    """One address for each document. Earlier versions stay, and say that they are superseded."""

    form = DocumentForm
    list_display = ["title", "kind", "publisher", "year", "whose"]
    list_filter = ["kind"]
    list_select_related = ["partnership", "region"]
    search_fields = ["title", "publisher"]
    search_help_text = "A title or who wrote it"
    nothing_yet = "Your documents will stand here: terms of reference, role descriptions, the action plan."
    how_do_i = (
        (
            "How do I put up a new version?",
            "Open the document and press “Add a version”. The old one stays, marked as superseded; links keep working.",
        ),
        (
            "Which files can I add?",
            "PDF, Word (.docx), Excel (.xlsx) and OpenDocument text (.odt), without macros or passwords, up to 10 MB.",
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        whose = ["partnership", *(["region"] if keeps_a_region(request) else [])]
        if obj:
            whose = ["partnership" if obj.partnership_id else "region"]
        return [
            (
                "Which document is it?",
                {"fields": [*whose, "title", "kind", "publisher", "year", "summary"]},
            ),
            ("Where can it be read?", {"fields": ["url", "review_on"]}),
            WHERE_FROM,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["partnership", "region"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        for name in {"partnership", "region"} & set(form.base_fields):
            unlinked(form.base_fields[name])
        if "partnership" in form.base_fields and "region" not in form.base_fields:
            form.base_fields["partnership"].required, form.base_fields["partnership"].empty_label = True, None
        return form

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        taken = obj.belongs_to.documents.values_list("slug", flat=True)
        obj.slug = obj.slug or free_slug(obj.title, taken, "document", 100)
        super().save_model(request, obj, form, change)

    @admin.display(description="Of", ordering="partnership__name")
    def whose(self, document: Document) -> str:
        return str(document.belongs_to)

    def doors(self, request: HttpRequest, obj: Document) -> list[Door]:
        return [Door("Add a version", self.address("version", obj.pk))]

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context["versions"] = obj.versions.select_related("added_by") if obj else None
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        version = path(
            "<int:pk>/version/", self.admin_site.admin_view(self.version_view), name="partnerships_document_version"
        )
        return [version, *super().get_urls()]

    def version_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new version: a file, its date and what changed."""
        document = get_object_or_404(self.get_queryset(request).select_related("partnership", "region"), pk=pk)
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        too_large = getattr(request, "file_too_large", False)
        form = VersionForm(*posted, too_large=too_large, initial={"dated_on": today()})
        if form.is_valid():
            said = form.cleaned_data
            try:
                version = document.add_version(
                    said["file"], dated_on=said["dated_on"], note=said["note"], by=request.user
                )
            except AlreadyHere as here:
                since = here.version.added_at
                form.add_error(
                    "file", f"This very file is here already, as version {here.version.number} of {since:%-d %B %Y}"
                )
            else:
                messages.success(request, f"Version {version.number} is here. It is the one that people get now.")
                return redirect("admin:partnerships_document_change", document.pk)
        context = self.admin_site.each_context(request) | {
            "title": "Add a version",
            "subtitle": str(document),
            "opts": self.opts,
            "document": document,
            "form": form,
            "versions": document.versions.select_related("added_by"),
            "home": self.address("change", document.pk),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "desk/partnerships/version.html", context, status=status)
