"""A picture for one section."""

from django import forms
from django.core.exceptions import ValidationError

from newsletters import pictures
from trust.text import one_line


class PictureForm(forms.Form):
    """A file, which is made fit to send, and what it shows."""

    file = forms.FileField(
        label="Picture",
        help_text="A JPEG, PNG or WebP of 10 MB at most. It is made as small as a mail needs",
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages=dict.fromkeys(("required", "empty", "missing"), "Choose a picture"),
    )
    alt = forms.CharField(
        max_length=250,
        label="What the picture shows",
        help_text="In one sentence, for whoever cannot see it, like: Twelve children paint a wall of the library blue",
        error_messages={
            "required": "Say what the picture shows",
            "max_length": "Shorten what it shows to 250 characters",
        },
    )

    def clean_file(self) -> pictures.Cleaned:
        try:
            return pictures.clean(self.cleaned_data["file"].read())
        except pictures.Unfit as unfit:
            raise ValidationError(str(unfit)) from None

    def clean_alt(self) -> str:
        return one_line(self.cleaned_data["alt"])
