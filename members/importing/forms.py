"""The two forms of bringing a list: the file, and what is in it."""

from django import forms
from django.core.exceptions import ValidationError

from members.forms import OneFormHelper
from members.importing import columns
from members.importing.reading import LARGEST, Sheet, Unreadable, sheets
from members.models import Import, Member
from partnerships.models import Partnership
from trust.text import one_line


class ListForm(forms.Form):
    """A file or pasted lines."""

    partnership = forms.ModelChoiceField(Partnership.objects.none(), label="For which partnership?", empty_label=None)
    file = forms.FileField(
        label="A file",
        required=False,
        allow_empty_file=True,
        help_text="As Mailchimp (the whole ZIP), Google Contacts or Outlook export it",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.zip,text/csv"}),
    )
    pasted = forms.CharField(
        label="Or paste the lines",
        required=False,
        max_length=1_000_000,
        help_text="From Excel, or one address on each line",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args, partnerships, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnership"].queryset = partnerships
        if len(partnerships) == 1:
            self.fields["partnership"].initial = partnerships[0]
            self.fields["partnership"].widget = forms.HiddenInput()
        self.helper = OneFormHelper("Look at it")
        self.helper.form_tag = False

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is not None and file.size > LARGEST:
            raise ValidationError("This file is larger than 5 MB. Cut it in two, and take one after the other.")
        return file

    def clean(self) -> dict:
        """Read it once, so that what cannot be read is said here, before anything is kept."""
        file, pasted = self.cleaned_data.get("file"), self.cleaned_data.get("pasted", "").strip()
        if self.errors:
            return self.cleaned_data
        if (file is not None) == bool(pasted):
            self.add_error("file", "Choose a file, or paste the lines: one of the two.")
            return self.cleaned_data
        name, content = (one_line(file.name)[:100], file.read()) if file else ("Pasted lines", pasted.encode())
        try:
            self.found = sheets(content, name)
        except Unreadable as unreadable:
            self.add_error("file" if file else "pasted", str(unreadable))
        self.cleaned_data |= {"name": name, "content": content}
        return self.cleaned_data

    def save(self, by: Member) -> Import:
        said = self.cleaned_data
        partnership = said["partnership"]
        return Import.objects.create(
            partnership=partnership,
            by=by,
            name=said["name"],
            content=said["content"],
            columns=columns.guessed(self.found, partnership),
        )


class ColumnsForm(forms.Form):
    """What each column says, and the one question. A heading is known by its place, whatever it says."""

    def __init__(self, *args, importing: Import, found: list[Sheet], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.importing = importing
        self.headings = list(dict.fromkeys(heading for sheet in found for heading in sheet.header))
        choices = [("", "Leave it out"), *((one.key, one.label) for one in columns.offered(importing.partnership))]
        samples = _samples(found)
        for number, heading in enumerate(self.headings):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=heading,
                required=False,
                choices=choices,
                initial=importing.columns.get(heading, ""),
                help_text=f"Like: {samples[heading]}" if samples.get(heading) else "Empty",
            )
        self.fields["answer"] = forms.ChoiceField(
            label="How did these people come to be on your list?",
            choices=Import.Answer.choices,
            initial=importing.answer,
            widget=forms.RadioSelect,
            help_text="The first get the newsletter. The second get mail about their group, and no newsletter. "
            "The third are asked once, by mail, and are on the list only if they say yes.",
            error_messages={"required": "Choose one answer."},
        )
        self.helper = OneFormHelper("Check again")
        self.helper.form_tag = False

    @property
    def column_fields(self) -> list:
        """Columns that mean something first, so that a long export begins with what matters."""
        fields = [self[f"column_{number}"] for number in range(len(self.headings))]
        return sorted(fields, key=lambda field: not field.value())

    def clean(self) -> dict:
        meant = [value for name, value in self.cleaned_data.items() if name.startswith("column_") and value]
        twice = {value for value in meant if meant.count(value) > 1}
        if twice:
            raise ValidationError("Two columns say the same thing. Leave one of them out.")
        if not self.errors and "email" not in meant:
            raise ValidationError("Say which column holds the e-mail address.")
        return self.cleaned_data

    def save(self) -> None:
        said = self.cleaned_data
        self.importing.columns = {heading: said[f"column_{n}"] for n, heading in enumerate(self.headings)}
        self.importing.answer = said["answer"]
        self.importing.save(update_fields=["columns", "answer"])


def _samples(found: list[Sheet]) -> dict[str, str]:
    """What the first line says that says anything, for each heading."""
    samples: dict[str, str] = {}
    for sheet in found:
        for _, cells in sheet.rows[:50]:
            for heading, cell in zip(sheet.header, cells, strict=False):
                if cell.strip() and heading not in samples:
                    samples[heading] = one_line(cell)[:60]
    return samples
