"""What the desk asks of a partnership, and what it answers to what cannot be."""

import re
from typing import Any

from django import forms

from lcep.site import today
from partnerships.admin.screens import SOURCE, PlainForm
from partnerships.models import Partnership
from trust.addresses import as_written, compared

WHEN = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


class PartnershipForm(PlainForm):
    class Meta:
        labels = {
            "slug": "Address on this site",
            "status": "How it stands",
            "led_by": "Looked after by",
            "website": "Its own site",
            "contact_url": "Its contact page",
            "mailbox": "Replies come to",
            "postal_identity": "Name and address under each mail",
            "summary": "In one sentence",
            "about": "What it is and does",
            "asked_at_address": "Whom we ask",
            "merged_into": "Part of",
        }
        help_texts = {
            "name": "As it writes itself, like: Creative Bexley",
            "places": "Every place it works for. People find it by these.",
            "summary": "In our own words, like: Schools, museums and the music hub of Bexley plan together",
            "about": "In our own words. A list begins each line with a dash; a link is [its words](https://its.address).",
            "led_by": "Which organisation looks after it, like: Leeds City Council",
            "began": "In words, like: September 2017, or: 2012 as a pilot",
            "website": "Like: leeds33.com",
            "contact_url": "The page on which it tells how to reach it",
            "asked_at_address": "An address of the partnership itself, best of a role: office@… It gets one mail each "
            "half term asking whether this is still right. It is never shown.",
            "source": SOURCE,
        }

    def clean_mailbox(self) -> str:
        return _sendable(self.cleaned_data["mailbox"])

    def clean_asked_at_address(self) -> str:
        return _sendable(self.cleaned_data["asked_at_address"])

    def clean_places(self) -> Any:
        """Only places of its own region, whatever was posted."""
        places = self.cleaned_data["places"]
        region = self.instance.region_id
        if region and any(place.region_id != region for place in places):
            raise forms.ValidationError(f"Choose places of {self.instance.region} only")
        return places


def _sendable(address: str) -> str:
    """Return an address as an envelope and a header take it, or nothing. Raises ValidationError in words."""
    return as_written(address) if address and compared(address) else ""


class EntryForm(PartnershipForm):
    """A partnership that is listed for the first time: where we know it from, and since when, must be said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "last_confirmed_on"):
            self.fields[name].required = True

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Partnership.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"{name} is listed already: look for it in the list of partnerships")
        return name

    def clean_last_confirmed_on(self) -> Any:
        day = self.cleaned_data["last_confirmed_on"]
        if day and day > today():
            raise forms.ValidationError("“Last confirmed on” lies in the future: give the day you looked")
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        region = said.get("region")
        if region and any(place.region_id != region.pk for place in said.get("places", [])):
            self.add_error("places", f"Choose places of {region} only")
        return said


class LinkForm(PlainForm):
    class Meta:
        labels = {"kind": "Where", "url": "Its page there"}
        help_texts = {"url": "Like: https://www.instagram.com/leeds33", "source": SOURCE}


class NameForm(PlainForm):
    class Meta:
        labels = {"from_when": "From", "until_when": "Until", "note": "Note"}
        help_texts = {"from_when": "2017 or 2017-09", "until_when": "2023 or 2023-11", "source": SOURCE}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name in ("from_when", "until_when"):
            if said.get(name) and not WHEN.fullmatch(said[name]):
                self.add_error(name, "Write a year, or a year and a month, like 2017-09")
        return said
