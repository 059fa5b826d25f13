"""What a manager types: the beginnings of a newsletter, its words, its pictures, and when it goes out."""

from newsletters.forms.afterwards import CorrectionForm, WithdrawalForm
from newsletters.forms.pictures import PictureForm
from newsletters.forms.sending import SendingForm
from newsletters.forms.writing import MARKDOWN, PARTS, BeginningForm, WordsForm

__all__ = [
    "MARKDOWN", "PARTS", "BeginningForm", "CorrectionForm", "PictureForm", "SendingForm", "WithdrawalForm", "WordsForm",
]  # fmt: skip
