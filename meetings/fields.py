"""What people type, read as they mean it: days and times in words, links, lines, files."""

from typing import Any

from django import forms

from lcep.site import today
from meetings import dates
from partnerships.uploads import WHAT_GOES, Refused, examined, too_large
from trust.text import one_line
from trust.uploading import LARGEST


def number(words: str) -> int:
    """The id somebody sent, 0 for what is none: "²" is a digit too, and no number."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 12 else 0


class LineField(forms.CharField):
    """One line, without invisible characters."""

    def clean(self, value):
        return one_line(super().clean(value))


class DayField(forms.CharField):
    """A day in words: "14 jan", "14/1", "Tue 14 Jan"."""

    def clean(self, value):
        words = super().clean(value)
        if not words:
            return None
        try:
            return dates.day(words, today())
        except dates.Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from None


class ClockField(forms.CharField):
    """A time in words: "4pm", "16:00"."""

    def clean(self, value):
        words = super().clean(value)
        if not words:
            return None
        try:
            return dates.clock(words)
        except dates.Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from None


class WebField(forms.URLField):
    """A link to a page, which begins with https:// even if nobody typed it."""

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", max_length=500, **kwargs)
        self.error_messages["invalid"] = "This is no link. It looks like https://example.org/meeting"

    def clean(self, value):
        link = super().clean(value)
        if link and not link.startswith(("http://", "https://")):
            raise forms.ValidationError(self.error_messages["invalid"])
        return link


class UploadField(forms.FileField):
    """A file that may be kept (partnerships.uploads.Upload), judged by its content and never by its name.

    `too_large` is what the upload handler noticed while it arrived.
    """

    too_large = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            help_text=f"{WHAT_GOES} At most {LARGEST // 1024 // 1024} MB.",
            widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.odt"}),
            **kwargs,
        )
        empty = "This file is empty. Open it on your own computer and look whether it holds anything."
        self.error_messages |= {"required": "Choose a file", "missing": "Choose a file", "empty": empty}

    def clean(self, data: Any, initial: Any = None) -> Any:
        if self.too_large:
            raise forms.ValidationError(too_large())
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return examined(file.name, file)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
