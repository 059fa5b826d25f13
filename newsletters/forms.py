"""What a manager types: the beginnings of a newsletter, its words, and when it goes out."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from lcep.site import today
from newsletters.models import Newsletter
from newsletters.words import CHARACTERS, SECTIONS, Words
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

    def words(self) -> Words:
        data = self.cleaned_data
        half_term = data["half_term"].pk if data["half_term"] else None
        return Words.typed(number=data["number"], half_term=half_term, subject=data["subject"], sections=[("", "")])


class Row(NamedTuple):
    """One section of the page of words: its place from 1, its fields, and whether it can move."""

    number: int
    heading: forms.BoundField
    body: forms.BoundField
    story: forms.BoundField
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
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": "Shorten the opening words to 20,000 characters"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    sections = forms.IntegerField(min_value=0, max_value=SECTIONS, widget=forms.HiddenInput)
    press = forms.RegexField(r"^(save|preview|add|(up|down|remove)-\d{1,2})$", required=False, widget=forms.HiddenInput)

    field_order = ["number", "half_term", "subject", "preheader", "opening"]

    def __init__(self, newsletter: Newsletter, data: Any = None, *, words: Words | None = None) -> None:
        words = words or newsletter.words
        parts = {f"heading_{at}": part.heading for at, part in enumerate(words.sections)}
        parts |= {f"body_{at}": part.body for at, part in enumerate(words.sections)}
        parts |= {f"story_{at}": part.story for at, part in enumerate(words.sections)}
        shown = {name: getattr(words, name) for name in ("number", "half_term", "subject", "preheader", "opening")}
        shown |= parts | {"version": newsletter.version, "sections": len(words.sections)}
        super().__init__(newsletter.partnership, data, newsletter=newsletter, initial=shown)
        self.count = _whole(data.get("sections")) if data is not None else len(words.sections)
        for at in range(self.count):
            self.fields[f"heading_{at}"] = forms.CharField(
                max_length=120,
                required=False,
                label="Heading",
                error_messages={"max_length": f"Shorten the heading of section {at + 1} to 120 characters"},
            )
            self.fields[f"body_{at}"] = forms.CharField(
                max_length=PARTS,
                required=False,
                label="Words",
                widget=forms.Textarea(attrs={"rows": 8}),
                error_messages={"max_length": f"Shorten section {at + 1} to 20,000 characters, or make two of it"},
            )
            self.fields[f"story_{at}"] = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def rows(self) -> Iterator[Row]:
        for at in range(self.count):
            heading, body, story = (self[f"{name}_{at}"] for name in ("heading", "body", "story"))
            yield Row(at + 1, heading, body, story, at == 0, at == self.count - 1)

    def clean(self) -> dict[str, Any]:
        if not self.errors and self.words().length > CHARACTERS:
            raise ValidationError("This is more than a newsletter can hold (60,000 characters). Take something out")
        if self.cleaned_data.get("press") == "add" and self.count >= SECTIONS:
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
    def moved_to(self) -> int | None:
        """The section (from 1) the reader should find themselves at after the press."""
        verb, at = self._pressed()
        return {"up": at, "down": at + 2, "add": self.count + 1, "remove": max(at, 1)}.get(verb)

    def _stories(self) -> list[int | None]:
        """The story each section was made from; what is no story of this partnership is nothing."""
        asked = [self.cleaned_data.get(f"story_{at}") for at in range(self.count)]
        own = self.partnership.stories.filter(pk__in={pk for pk in asked if pk and pk < BIGGEST})
        known = set(own.values_list("pk", flat=True)) if any(asked) else set()
        return [pk if pk in known else None for pk in asked]

    def _ordered(self) -> list[tuple[str, str, int | None]]:
        data = self.cleaned_data
        parts = [(data[f"heading_{at}"], data[f"body_{at}"], story) for at, story in enumerate(self._stories())]
        verb, at = self._pressed()
        if verb == "add":
            parts.append(("", "", None))
        elif verb and at < len(parts):
            part = parts.pop(at)
            if verb != "remove":
                parts.insert(max(at - 1, 0) if verb == "up" else at + 1, part)
        return parts

    def _pressed(self) -> tuple[str, int]:
        """Return (add, 0), (up | down | remove, section from 0), or ('', 0) for a plain save."""
        verb, _, number = (self.cleaned_data.get("press") or "save").partition("-")
        return ("", 0) if verb in {"save", "preview"} else (verb, max(int(number or 1) - 1, 0))


class SendingForm(forms.Form):
    """When it goes out: now, or at a time in London that exists."""

    NOW, LATER = "now", "later"
    version = forms.IntegerField(widget=forms.HiddenInput)
    when = forms.ChoiceField(
        choices=[(NOW, "In two minutes, so that you can still undo it"), (LATER, "At a time I choose")],
        initial=NOW,
        widget=forms.RadioSelect,
        label="When",
    )
    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a day like 12/12/2026", "required": "Enter the day it should go out"},
    )
    at = forms.TimeField(
        label="Time in London",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Enter a time like 14:00", "required": "Enter the time it should go out"},
    )
    use_required_attribute = False
    explanation = ""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if data is not None and data.get("when") != self.LATER:
            self.fields["day"].required = self.fields["at"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("when") == self.LATER and data.get("day") and data.get("at"):
            self._place(data["day"], data["at"])
        return data

    @property
    def send_at(self) -> datetime | None:
        return self.cleaned_data.get("send_at")

    def _place(self, day: date, at: time) -> None:
        """Find the moment, and explain the two nights on which clocks change."""
        moment = datetime.combine(day, at, ZoneInfo(settings.TIME_ZONE))
        if not _exists(moment):
            self.add_error(
                "at",
                f"{at:%H:%M} does not exist on {day:%A %-d %B %Y}: the clocks go forward from 01:00 to 02:00. "
                "Choose a time before 01:00 or from 02:00 on",
            )
        elif moment <= timezone.now() + timedelta(minutes=2):
            self.add_error("day", "That time is over, or nearly. Choose a later one, or send it in two minutes")
        elif moment > timezone.now() + timedelta(days=366):
            self.add_error("day", "That is more than a year away. Choose an earlier day")
        else:
            self.cleaned_data["send_at"] = moment
            if moment.utcoffset() != moment.replace(fold=1).utcoffset():
                self.explanation = (
                    f"{at:%H:%M} happens twice that night, because the clocks go back at 02:00. "
                    "It goes out once, the first time."
                )


def _exists(moment: datetime) -> bool:
    """Whether a local time occurs: in the hour the clocks skip, going to UTC and back gives another one."""
    there_and_back = moment.astimezone(ZoneInfo("UTC")).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def _whole(typed: Any) -> int:
    """Return how many sections were posted; nonsense counts as none, and the field says so."""
    try:
        return min(max(int(typed), 0), SECTIONS)
    except (TypeError, ValueError):
        return 0
