"""What is said about an issue once it is out."""

import hashlib
import hmac

from django import forms

from trust.text import cleaned, one_line


class CorrectionForm(forms.Form):
    """A few words, sent once they were read over: `sure` carries the seal of the very words that were shown."""

    words = forms.CharField(
        max_length=3000,
        label="What was wrong, and what is right",
        help_text="A few plain sentences. A line between paragraphs, [words](https://address) for a link",
        widget=forms.Textarea(attrs={"rows": 6, "data-markdown": ""}),
        error_messages={
            "required": "Say what was wrong, and what is right",
            "max_length": "Shorten the correction to 3,000 characters",
        },
    )
    sure = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_words(self) -> str:
        return cleaned(self.cleaned_data["words"]).strip()

    @property
    def seal(self) -> str:
        return hashlib.sha256(self.cleaned_data["words"].encode()).hexdigest()[:16]

    @property
    def is_sure(self) -> bool:
        return hmac.compare_digest(self.cleaned_data.get("sure", "").encode(), self.seal.encode())


class WithdrawalForm(forms.Form):
    """Why an issue is withdrawn."""

    withdrawal = forms.CharField(
        max_length=300,
        label="Why",
        help_text="One sentence that everybody may read, like: It named a school that had asked not to be named",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why in a sentence", "max_length": "Shorten it to 300 characters"},
    )

    def clean_withdrawal(self) -> str:
        return one_line(self.cleaned_data["withdrawal"])
