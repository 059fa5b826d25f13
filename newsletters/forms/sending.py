"""When a newsletter goes out, and what is said about it afterwards."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone


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
    understood = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
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
                self._explain(moment)

    def _explain(self, moment: datetime) -> None:
        """The hour that happens twice is explained first; the next press, of the same hour, holds."""
        self.explanation = (
            f"{moment:%H:%M} happens twice that night, because the clocks go back at 02:00. "
            "It goes out once, the first time."
        )
        sign = f"{moment:%Y%m%d%H%M}"
        if self.cleaned_data.get("understood") != sign:
            self.add_error("at", f"{self.explanation} Press Send once more if that is right, or choose another time")
            self.data = self.data.copy()
            self.data["understood"] = sign


def _exists(moment: datetime) -> bool:
    """Whether a local time occurs: in the hour the clocks skip, going to UTC and back gives another one."""
    there_and_back = moment.astimezone(ZoneInfo("UTC")).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)
