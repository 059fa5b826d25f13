"""What is asked on the public pages of the directory."""

from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

from partnerships.directory import Directory
from partnerships.models import Partnership, Place
from trust.addresses import as_written
from trust.guarded import AddressField, GuardedForm
from trust.text import cleaned, one_line

LONGEST = 100
TOO_LONG = f"Search for at most {LONGEST} letters."
UNKNOWN = "Choose one from the list."
MOST_TEXT = 4000
SHOWN = [status for status in Partnership.Status if status != Partnership.Status.HIDDEN]


class Typed(forms.CharField):
    """Words typed into a search: one line, nothing invisible, neither looked for nor shown again."""

    def to_python(self, value: str | None) -> str:
        return super().to_python(one_line(value or ""))

    def bound_data(self, data: str | None, initial: str | None) -> str:
        return one_line(data or "")


class Choices(forms.Select):
    """A select written in one go: Django's own asks for a template for each of its fifty options."""

    def render(self, name: str, value, attrs=None, renderer=None) -> SafeString:
        chosen = str(value or "")
        options = format_html_join("", "{}", ((_drawn(each, chosen),) for each in self.choices))
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name} | (attrs or {})))
        return format_html("<select{}>{}</select>", attributes, options)


def _drawn(choice: tuple, chosen: str) -> SafeString:
    value, label = choice
    if isinstance(label, list | tuple):
        options = tuple((str(value), str(label)) for value, label in label)
        return _group(str(value), options, chosen if chosen in {value for value, _ in options} else "")
    return _option(str(value), str(label), str(value) == chosen)


@lru_cache(maxsize=100)
def _group(label: str, options: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    inner = format_html_join("", "{}", ((_option(value, label, value == chosen),) for value, label in options))
    return format_html('<optgroup label="{}">{}</optgroup>', label, inner)


@lru_cache(maxsize=1000)
def _option(value: str, label: str, is_chosen: bool) -> SafeString:
    pattern = '<option value="{}" selected>{}</option>' if is_chosen else '<option value="{}">{}</option>'
    return format_html(pattern, value, label)


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
    region = forms.ChoiceField(required=False, widget=Choices, error_messages={"invalid_choice": UNKNOWN})
    place = forms.ChoiceField(required=False, widget=Choices, error_messages={"invalid_choice": UNKNOWN})
    priority = forms.ChoiceField(
        label="Works on", required=False, widget=Choices, error_messages={"invalid_choice": UNKNOWN}
    )
    status = forms.ChoiceField(
        required=False,
        widget=Choices,
        choices=[("", "Any"), *((status.value, status.label) for status in SHOWN)],
        error_messages={"invalid_choice": UNKNOWN},
    )

    def __init__(self, data, directory: Directory) -> None:
        super().__init__(data)
        self.directory = directory
        regions = [(region.slug, region.name) for region in directory.regions]
        self.fields["region"].choices = [("", "All of England"), *regions]
        self.fields["place"].choices = [("", "Everywhere"), *directory.areas, *self._ward()]
        if directory.priorities:
            self.fields["priority"].choices = [("", "Anything"), *directory.priorities]
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
            place = self.directory.place(asked["place"])
            near = {each.pk for each in self.directory.within(place)} if place else set()
            found = [each for each in found if each.pk in near]
        if asked.get("priority"):
            found = [
                each for each in found if asked["priority"] in {slugify(p.short_name) for p in each.current_priorities}
            ]
        if asked["status"]:
            found = [each for each in found if each.status == asked["status"]]
        return found

    def _ward(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Wards have their own addresses (?place=) but would drown the list: only the ward asked for is in it."""
        place = self.directory.place(self.data.get("place", ""))
        return [("Ward", [(place.slug, place.name)])] if place and place.kind == Place.Kind.WARD else []


class ContactForm(GuardedForm):
    """A question, and where its answer goes."""

    email = AddressField(label="Your e-mail address", help_text="Only for the answer: it is put on no list")
    name = forms.CharField(
        label="Your name",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    text = forms.CharField(
        label="What would you like to ask or say?",
        max_length=MOST_TEXT,
        error_messages={
            "required": "Write what you would like to ask or say",
            "max_length": f"Write at most {MOST_TEXT} letters",
        },
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def clean_email(self) -> str:
        return as_written(self.cleaned_data["email"])

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_text(self) -> str:
        if not (text := cleaned(self.cleaned_data["text"]).strip()):
            raise ValidationError(self.fields["text"].error_messages["required"])
        return text
