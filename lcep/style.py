"""The living style page: every component in every state, drawn by the templates the site itself uses."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

HUES = ["plum", "teal", "coral", "blue", "sun", "violet", "leaf", "rose", "clay", "sky", "moss", "slate"]
SPACES = [("p1", 4), ("p2", 8), ("p3", 12), ("p4", 16), ("p5", 24), ("p6", 32), ("p7", 48), ("p8", 72), ("p9", 96)]


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(
        label="Your name",
        help_text="As you would like it read out",
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.EmailField(
        label="Your e-mail address",
        error_messages={"invalid": "Enter an e-mail address in the correct format, like name@example.com"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    words = forms.CharField(label="What happened?", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sector = forms.ChoiceField(label="Sector", required=False, choices=[("", "Choose one"), ("school", "School")])
    often = forms.ChoiceField(
        label="How often?",
        help_text="You can change this at any time",
        choices=[("each", "Each half term"), ("less", "Once a term")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often"},
    )
    about = forms.MultipleChoiceField(
        label="About what?",
        required=False,
        choices=[("jobs", "Jobs"), ("training", "Training")],
        widget=forms.CheckboxSelectMultiple,
    )
    events = forms.BooleanField(label="Also invite me to events", required=False, help_text="A few each term")


class CodeForm(forms.Form):
    code = forms.CharField(
        label="6-digit code", widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )


class SearchForm(forms.Form):
    all_optional = True
    where = forms.CharField(label="Where do you live, work or teach?", help_text="A borough, city or district")


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show the page while somebody tries the site out; anywhere else it does not exist."""
    if not settings.TRYING_OUT:
        raise Http404("The style page is for those who build the site.")
    return render(request, "style/page.html", samples())


def samples() -> dict[str, Any]:
    """What the components are given: invented, and at least as long as what they meet in life."""
    wrong = SampleForm({"name": "", "address": "name at example.com"}, auto_id="wrong_%s")
    wrong.full_clean()
    return {
        "hues": list(enumerate(HUES, start=1)),
        "spaces": SPACES,
        "priorities": [
            SimpleNamespace(position=number, short_name=name)
            for number, name in enumerate(
                ["Advocacy", "Youth voice", "Skills", "Well-being", "Early years", "Place"], 1
            )
        ],
        "form": SampleForm(auto_id="sample_%s"),
        "wrong": wrong,
        "code": CodeForm(auto_id="code_%s"),
        "search": SearchForm(auto_id="search_%s"),
        "pages": Paginator(range(60), 20).get_page(2),
        "long_name": "The Cultural Education Partnership of Llanfairpwllgwyngyll-by-the-Water, Saint-Mary-on-the-Hill "
        "and Districts",
    }
