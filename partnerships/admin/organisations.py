"""Who is round the table, and what a partnership works on."""

from django.contrib import admin
from django.utils.timezone import localdate

from partnerships.admin.screens import SOURCE, WHERE_FROM, OfPartnership, Placed, PlainForm
from partnerships.models import Organisation, Priority
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


@admin.register(Organisation, site=desk)
class OrganisationAdmin(Placed, OfPartnership):
    """Who is round the table."""

    form = OrganisationForm
    list_display = ["name", "sector", "phase", "is_named", "partnership"]
    list_filter = ["sector"]
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
