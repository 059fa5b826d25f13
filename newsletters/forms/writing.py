"""The words of a newsletter on one page: its beginnings, and every field and button of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from lcep.numbers import row_number
from lcep.site import today
from newsletters.blocks import BLOCKS
from newsletters.models import Newsletter, Picture
from newsletters.words import CHARACTERS, SECTIONS, Part, Words
from partnerships.models import HalfTerm, Partnership

MARKDOWN = "A line between paragraphs. **bold**, - for a list, [words](https://address) for a link."
PARTS = 20_000  # characters in one section
BIGGEST = 2**63  # what every database holds


class NumberedForm(forms.Form):
    """The number, half term and subject of one partnership's newsletter."""

    number = forms.IntegerField(
        min_value=1,
        max_value=100_000,
        label="Number",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "Enter a number from 1 on"),
    )
    half_term = forms.ModelChoiceField(HalfTerm.objects.none(), required=False, label="Half term", empty_label="None")
    subject = forms.CharField(
        max_length=150,
        label="Subject",
        help_text="What is in it for the reader, in about 60 characters",
        error_messages={"required": "Enter a subject", "max_length": "Shorten the subject to 150 characters"},
    )

    def __init__(
        self, partnership: Partnership, *args: Any, newsletter: Newsletter | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.partnership, self.newsletter = partnership, newsletter
        around = HalfTerm.objects.of(partnership.places.all()).filter(last_on__gte=today() - timedelta(days=366))
        kept = HalfTerm.objects.filter(pk=newsletter.half_term_id) if newsletter else HalfTerm.objects.none()
        self.fields["half_term"].queryset = (around | kept).distinct().order_by("first_on")

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        taken = self.partnership.newsletters.filter(number=number)
        if self.newsletter:
            taken = taken.exclude(pk=self.newsletter.pk)
        if other := taken.first():
            raise ValidationError(f"Number {number} is taken: “{other.subject}”. Choose another number")
        return number


class BeginningForm(NumberedForm):
    """A new newsletter, everything filled in beforehand. A number that is taken opens what is there."""

    def clean_number(self) -> int:
        return self.cleaned_data["number"]

    @staticmethod
    def suggested(partnership: Partnership) -> dict[str, Any]:
        """Return the next number, the half term that has no newsletter yet, and a subject to start from."""
        number = max(partnership.newsletters.values_list("number", flat=True), default=0) + 1
        coming = HalfTerm.objects.of(partnership.places.all()).filter(last_on__gte=today())
        free = coming.exclude(newsletters__partnership=partnership).first()
        when = f"{free.name} {free.school_year}" if free else f"{today():%B %Y}"
        return {"number": number, "half_term": free, "subject": f"{partnership.name} newsletter, {when}"}

    def words(self, copied: Newsletter | None = None) -> Words:
        """Return an empty beginning, or the words of an issue to begin with: without its stories, which are told."""
        data = self.cleaned_data
        half_term = data["half_term"].pk if data["half_term"] else None
        fields = {"number": data["number"], "half_term": half_term, "subject": data["subject"]}
        if copied is None:
            return Words.typed(**fields, sections=[("", "")])
        before = copied.words
        parts = [part for part in before.sections if not part.story] or [("", "")]
        return Words.typed(**fields, preheader=before.preheader, opening=before.opening, sections=parts)


class Row(NamedTuple):
    """One section of the page of words: its place from 1, its fields, its picture, and whether it can move.

    `kept` are hidden fields that stay with it; `alt` describes its picture, where it has one.
    """

    number: int
    heading: forms.BoundField
    body: forms.BoundField
    kept: list[forms.BoundField]
    alt: forms.BoundField | None
    picture: Picture | None
    is_first: bool
    is_last: bool


class WordsForm(NumberedForm):
    """All words of a newsletter on one page. `press` says which button was pressed, and is worked out by `words`."""

    preheader = forms.CharField(
        max_length=150,
        required=False,
        label="Line beside the subject",
        help_text="Inboxes show it after the subject: one more reason to open",
        error_messages={"max_length": "Shorten the line beside the subject to 150 characters"},
    )
    opening = forms.CharField(
        max_length=PARTS,
        required=False,
        label="Opening words",
        help_text=MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 6, "data-markdown": ""}),
        error_messages={"max_length": "Shorten the opening words to 20,000 characters"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    sections = forms.IntegerField(min_value=0, max_value=SECTIONS, widget=forms.HiddenInput)
    press = forms.RegexField(
        rf"^(save|preview|add|{'|'.join(BLOCKS)}|(up|down|remove|picture|bare)-\d{{1,2}})$",
        required=False,
        widget=forms.HiddenInput,
    )

    field_order = ["number", "half_term", "subject", "preheader", "opening"]

    def __init__(self, newsletter: Newsletter, data: Any = None, *, words: Words | None = None) -> None:
        words = words or newsletter.words
        parts = {
            f"{name}_{at}": value
            for at, part in enumerate(words.sections)
            for name, value in zip(("heading", "body", "story", "picture", "alt"), part, strict=True)
        }
        shown = {name: getattr(words, name) for name in ("number", "half_term", "subject", "preheader", "opening")}
        shown |= parts | {"version": newsletter.version, "sections": len(words.sections)}
        super().__init__(newsletter.partnership, data, newsletter=newsletter, initial=shown)
        self.count = _whole(data.get("sections")) if data is not None else len(words.sections)
        for at in range(self.count):
            self.fields |= _fields_of_section(at)

    def rows(self) -> Iterator[Row]:
        pictures = self._pictures()
        for at in range(self.count):
            heading, body, story, picture, alt = (
                self[f"{name}_{at}"] for name in ("heading", "body", "story", "picture", "alt")
            )
            shown = pictures.get(row_number(picture.value()))
            kept = [story, picture] if shown else [story]
            yield Row(at + 1, heading, body, kept, alt if shown else None, shown, at == 0, at == self.count - 1)

    def clean(self) -> dict[str, Any]:
        if not self.errors and self.words().length > CHARACTERS:
            raise ValidationError("This is more than a newsletter can hold (60,000 characters). Take something out")
        if self._adds and self.count >= SECTIONS:
            raise ValidationError(f"A newsletter holds {SECTIONS} sections. Put some of them together")
        return self.cleaned_data

    def words(self) -> Words:
        """Return the words as typed, with the pressed button's effect on the order of the sections."""
        data = self.cleaned_data
        half_term = data["half_term"].pk if data.get("half_term") else None
        return Words.typed(
            number=data["number"],
            half_term=half_term,
            subject=data["subject"],
            preheader=data["preheader"],
            opening=data["opening"],
            sections=self._ordered(),
        )

    @property
    def wants_preview(self) -> bool:
        return self.cleaned_data.get("press") == "preview"

    @property
    def wants_picture(self) -> int | None:
        """The section (from 1) for which a picture is to be chosen next."""
        verb, at = self._pressed()
        return at + 1 if verb == "picture" and at < self.count else None

    @property
    def moved_to(self) -> int | None:
        """The section (from 1) the reader should find themselves at after the press."""
        verb, at = self._pressed()
        if self._adds:
            return self.count + 1
        return {"up": at, "down": at + 2, "remove": max(at, 1), "bare": at + 1}.get(verb)

    @property
    def _adds(self) -> bool:
        return self.cleaned_data.get("press") in {"add", *BLOCKS}

    def _pictures(self) -> dict[int, Picture]:
        """The pictures named on the page that are this partnership's own."""
        asked = {row_number(self[f"picture_{at}"].value()) for at in range(self.count)} - {0}
        own = self.partnership.pictures.filter(pk__in=asked).defer("content") if asked else []
        return {picture.pk: picture for picture in own}

    def _stories(self) -> list[int | None]:
        """The story each section was made from; what is no story of this partnership is nothing."""
        asked = [self.cleaned_data.get(f"story_{at}") for at in range(self.count)]
        own = self.partnership.stories.filter(pk__in={pk for pk in asked if pk and pk < BIGGEST})
        known = set(own.values_list("pk", flat=True)) if any(asked) else set()
        return [pk if pk in known else None for pk in asked]

    def _ordered(self) -> list[Part]:
        data, stories, pictures = self.cleaned_data, self._stories(), self._pictures()
        parts = []
        for at in range(self.count):
            picture = pictures.get(data.get(f"picture_{at}") or 0)
            alt = data[f"alt_{at}"] if picture else ""
            parts.append(
                Part(data[f"heading_{at}"], data[f"body_{at}"], stories[at], picture.pk if picture else None, alt)
            )
        return self._with_press(parts)

    def _with_press(self, parts: list[Part]) -> list[Part]:
        verb, at = self._pressed()
        if verb == "add":
            return [*parts, Part("", "")]
        if verb in BLOCKS:
            return [*parts, BLOCKS[verb].made(self.partnership)]
        if not verb or verb == "picture" or at >= len(parts):
            return parts
        part = parts.pop(at)
        if verb == "bare":
            parts.insert(at, part._replace(picture=None, alt=""))
        elif verb != "remove":
            parts.insert(max(at - 1, 0) if verb == "up" else at + 1, part)
        return parts

    def _pressed(self) -> tuple[str, int]:
        """Return (add | a block, 0), (what is done to a section, its place from 0), or ('', 0) for a plain save."""
        verb, _, number = (self.cleaned_data.get("press") or "save").partition("-")
        return ("", 0) if verb in {"save", "preview"} else (verb, max(int(number or 1) - 1, 0))


def _whole(typed: Any) -> int:
    """Return how many sections were posted; nonsense counts as none, and the field says so."""
    try:
        return min(max(int(typed), 0), SECTIONS)
    except (TypeError, ValueError):
        return 0


def _fields_of_section(at: int) -> dict[str, forms.Field]:
    place = f"section {at + 1}"
    return {
        f"heading_{at}": forms.CharField(
            max_length=120,
            required=False,
            label="Heading",
            error_messages={"max_length": f"Shorten the heading of {place} to 120 characters"},
        ),
        f"alt_{at}": forms.CharField(
            max_length=250,
            required=False,
            label="What the picture shows",
            help_text="For whoever cannot see it, in one sentence",
            error_messages={"max_length": f"Shorten what the picture of {place} shows to 250 characters"},
        ),
        f"body_{at}": forms.CharField(
            max_length=PARTS,
            required=False,
            label="Words",
            widget=forms.Textarea(attrs={"rows": 8, "data-markdown": ""}),
            error_messages={"max_length": f"Shorten {place} to 20,000 characters, or make two of it"},
        ),
        f"story_{at}": forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput),
        f"picture_{at}": forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput),
    }
