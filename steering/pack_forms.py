"""What is typed about a pack."""

from django import forms

from meetings.forms import LineField
from steering.models import Decision, Pack
from trust.text import cleaned


class DecisionForm(forms.ModelForm):
    question = LineField(
        label="What is to be decided?",
        max_length=200,
        help_text="As a question that has an answer, like: Do we pay for travel of young people?",
    )

    class Meta:
        model = Decision
        fields = ["question", "background"]
        labels = {"background": "What one has to know"}
        help_texts = {"background": "What it costs, what was tried, what you suggest."}
        widgets = {"background": forms.Textarea(attrs={"rows": 5})}

    def clean_background(self) -> str:
        return cleaned(self.cleaned_data["background"]).strip()


class WordsForm(forms.ModelForm):
    class Meta:
        model = Pack
        fields = ["words"]
        labels = {"words": "A word at the top"}
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}

    def clean_words(self) -> str:
        return cleaned(self.cleaned_data["words"]).strip()
