"""What is asked on the public pages of the directory."""

from collections.abc import Iterable

from django import forms
from django.utils.text import slugify

from partnerships.directory import Directory
from partnerships.models import Partnership, Place
from trust.text import one_line

LONGEST = 100
TOO_LONG = f"Search for at most {LONGEST} letters."
UNKNOWN = "Choose one from the list."
SHOWN = [status for status in Partnership.Status if status != Partnership.Status.HIDDEN]


class Typed(forms.CharField):
    """Words typed into a search: one line, nothing invisible, neither looked for nor shown again."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(one_line(value or ""))

    def bound_data(self, data: str | None, initial: str | None) -> str:
        return one_line(data or "")


class WhereForm(forms.Form):
    """The one field of the home page."""

    all_optional = True

    where = Typed(
        label="Where do you live, work or teach?",
        help_text="A borough, city or district, like Hackney or Leeds",
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "spellcheck": "false"}),
    )


class SearchForm(forms.Form):
    """The directory's search: words and filters, all in the address."""

    all_optional = True

    q = Typed(
        label="Name or place",
        help_text="A partnership, also by a former name, or a borough, city or ward",
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"type": "search", "spellcheck": "false"}),
    )
    region = forms.ChoiceField(required=False, error_messages={"invalid_choice": UNKNOWN})
    place = forms.ChoiceField(required=False, error_messages={"invalid_choice": UNKNOWN})
    priority = forms.ChoiceField(label="Works on", required=False, error_messages={"invalid_choice": UNKNOWN})
    status = forms.ChoiceField(
        required=False,
        choices=[("", "Any"), *((status.value, status.label) for status in SHOWN)],
        error_messages={"invalid_choice": UNKNOWN},
    )

    def __init__(self, data, directory: Directory) -> None:
        super().__init__(data)
        self.directory = directory
        regions = [(region.slug, region.name) for region in directory.regions]
        areas = [(region.name, self._areas(region)) for region in directory.regions]
        self.fields["region"].choices = [("", "All of England"), *regions]
        self.fields["place"].choices = [("", "Everywhere"), *((name, areas) for name, areas in areas if areas)]
        if priorities := self._priorities():
            self.fields["priority"].choices = [("", "Anything"), *priorities]
        else:
            del self.fields["priority"]

    def found(self) -> list[Partnership]:
        """Return what fits words and filters; with an error in the form, everything."""
        if not self.is_valid():
            return self.directory.partnerships
        asked = self.cleaned_data
        found = self.directory.search(asked["q"]) if asked["q"] else self.directory.partnerships
        if asked["region"]:
            found = [each for each in found if each.region.slug == asked["region"]]
        if asked["place"]:
            place = next(place for place in self.directory.places.values() if place.slug == asked["place"])
            near = {each.pk for each in self.directory.within(place)}
            found = [each for each in found if each.pk in near]
        if asked.get("priority"):
            found = [
                each for each in found if asked["priority"] in {slugify(p.short_name) for p in each.current_priorities}
            ]
        if asked["status"]:
            found = [each for each in found if each.status == asked["status"]]
        return found

    def _areas(self, region) -> list[tuple[str, str]]:
        places = [place for place in self.directory.places.values() if place.region_id == region.pk]
        # Wards have their own addresses (?place=) but would drown the list: only the ward asked for is in it.
        shown = [p for p in places if p.kind != Place.Kind.WARD or p.slug == self.data.get("place")]
        return [(place.slug, place.name) for place in sorted(shown, key=lambda place: place.name)]

    def _priorities(self) -> Iterable[tuple[str, str]]:
        found = {
            slugify(p.short_name): p.short_name for each in self.directory.partnerships for p in each.current_priorities
        }
        return sorted(found.items())
