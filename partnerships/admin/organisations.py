"""Who is round the table, and what a partnership works on."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from partnerships.admin.screens import SOURCE, WHERE_FROM, Door, OfPartnership, Placed, PlainForm
from partnerships.models import Organisation, Priority
from partnerships.models.organisations import Sector
from partnerships.tidying import TwoAreOne
from trust.admin import desk


class PriorityForm(PlainForm):
    class Meta:
        labels = {"position": "Colour and shape", "from_on": "Since", "until_on": "Until"}
        help_texts = {
            "title": "Its formal title, like: Children and Young People’s Voice and Engagement",
            "short_name": "What people say, like: Youth Voice",
            "text": "Two or three sentences. A list begins each line with a dash.",
            "position": "1 violet circle, 2 teal triangle, 3 coral square, 4 blue diamond",
            "source": SOURCE,
        }


@admin.register(Priority, site=desk)
class PriorityAdmin(OfPartnership):
    """What a partnership works on. Its place from 1 to 4 chooses its colour and shape."""

    form = PriorityForm
    list_display = ["title", "short_name", "partnership", "position", "until_on"]
    list_select_related = ["partnership"]
    nothing_yet = "What your partnership works on will stand here: most have three or four priorities."
    how_do_i = (
        ("How do I end a priority?", "Give it a last day under “Until”. It stays here and leaves the public page."),
        (
            "How do I rename one?",
            "Change its title. The pod that works on it keeps its own name.",
        ),
    )
    fieldsets = [
        ("What is the priority?", {"fields": ["partnership", "title", "short_name", "text"]}),
        ("How is it shown?", {"fields": ["position"]}),
        (
            "From when until when?",
            {"fields": ["from_on", "until_on"], "description": "Leave both empty while it holds."},
        ),
        WHERE_FROM,
    ]


class OrganisationForm(PlainForm):
    class Meta:
        labels = {"line": "What it does, in one line", "phase": "Phase", "website": "Its own site"}
        help_texts = {
            "name": "As it writes itself, like: Leeds City Museum",
            "phase": "For schools only",
            "line": "Like: A special school with a choir and a theatre of its own",
            "website": "Like: leeds.gov.uk/museums",
            "agreed_on": "The day somebody there said yes to being named on the network page. Empty: it is not named.",
            "source": SOURCE,
        }

    def clean_agreed_on(self):
        """Nobody has agreed tomorrow."""
        day = self.cleaned_data.get("agreed_on")
        if day and day > localdate():
            self.add_error("agreed_on", "“Agreed to be shown on” lies in the future: give the day they said yes")
        return day


class SameForm(forms.Form):
    """Which of the others it is the same as."""

    kept = forms.ModelChoiceField(
        label="Which one stays?",
        queryset=Organisation.objects.none(),
        empty_label="Choose one",
        error_messages={"required": "Choose the one that stays", "invalid_choice": "Choose one from the list"},
    )

    def __init__(self, *args: Any, others: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].queryset = others


class ToTidy(admin.SimpleListFilter):
    """What is not said of it yet."""

    title = "what is missing"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("sector", "No sector"), ("phase", "A school without its phase"), ("areas", "No area")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        missing = {"sector": Q(sector=""), "phase": Q(sector=Sector.SCHOOL, phase=""), "areas": Q(areas=None)}
        return queryset.filter(missing[self.value()]) if self.value() in missing else queryset


@admin.register(Organisation, site=desk)
class OrganisationAdmin(Placed, OfPartnership):
    """Who is round the table."""

    form = OrganisationForm
    list_display = ["name", "sector", "phase", "is_named", "partnership"]
    list_filter = [ToTidy, "sector"]
    list_select_related = ["partnership"]
    search_fields = ["name", "line"]
    search_help_text = "A name, or words from the line on what it does"
    nothing_yet = "The organisations round your table will stand here. Nobody is named in public before they agreed."
    how_do_i = (
        (
            "How do I put an organisation on the network page?",
            "Ask it first. Then write the day it agreed under “Agreed to be shown on” and save.",
        ),
        ("How do I take it off again?", "Empty that day and save. It stays here for you and leaves the public page."),
        (
            "What if one stands here twice?",
            "Open the one that should go and press “It stands here twice”. Its people move to the one that stays.",
        ),
    )
    fieldsets = [
        ("Who is it?", {"fields": ["partnership", "name", "sector", "phase", "line", "website"]}),
        ("May it be shown?", {"fields": ["agreed_on"]}),
        ("Where does it work?", {"fields": ["areas"]}),
        WHERE_FROM,
    ]

    @admin.display(description="On the network page", ordering="agreed_on")
    def is_named(self, organisation: Organisation) -> str:
        return f"Since {organisation.agreed_on:%-d %B %Y}" if organisation.agreed_on else "Not named"

    def doors(self, request: HttpRequest, obj: Organisation) -> list[Door]:
        return [Door("It stands here twice", self.address("merge", obj.pk))]

    def get_urls(self) -> list[URLPattern]:
        merge = self.admin_site.admin_view(self.merge)
        return [path("<int:pk>/merger/", merge, name="partnerships_organisation_merge"), *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First choose which one stays (GET), then read what happens, then press (POST)."""
        gone = get_object_or_404(self.get_queryset(request), pk=pk)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "home": self.address("change", gone.pk)}
        return _merge(request, gone, context)


@require_http_methods(["GET", "HEAD", "POST"])
def _merge(request: HttpRequest, gone: Organisation, context: dict[str, Any]) -> HttpResponse:
    others = TwoAreOne.others(gone)
    posted = request.POST if request.method == "POST" else (request.GET if "kept" in request.GET else None)
    form = SameForm(posted, others=others)
    context |= {"title": f"{gone} stands here twice", "organisation": gone, "form": form, "others": others}
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "desk/partnerships/same.html", context, status=status)
    both = TwoAreOne(gone, form.cleaned_data["kept"])
    if request.method == "POST":
        if both.make(by=request.user):
            messages.success(request, f"{gone} and {both.kept} are one now: {both.kept}.")
        else:
            messages.info(request, "They are one already.")
        return redirect("admin:partnerships_organisation_change", both.kept.pk)
    context |= {"kept": both.kept, "pointing": both.pointing(), "taken_over": both.taken_over()}
    return TemplateResponse(request, "desk/partnerships/same.html", context)
