"""Who reads what is sent through a contact page, and by when an answer may be expected.

A form stands only where a named role reads it: the manager of a partnership at home here, else the
supporter's officer for the region, else the keeper of the site. Nobody there: no form.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest

from lcep.site import today
from partnerships import emails
from partnerships.models import BankHoliday, Enquiry, Partnership, Stewardship
from partnerships.pages import keeper
from trust.addresses import compared, key_of
from trust.models import Cap
from trust.networks import network_of

# Working days within which an answer is promised. All of them are part-time.
WITHIN = {Enquiry.Reader.MANAGER: 5, Enquiry.Reader.OFFICER: 10, Enquiry.Reader.KEEPER: 10}


@dataclass(frozen=True)
class Reader:
    """A named role that reads the enquiries to a partnership, or (with none) to the site."""

    role: Enquiry.Reader
    who: str
    partnership: Partnership | None = None

    @classmethod
    def of(cls, partnership: Partnership | None) -> "Reader | None":
        """Return who reads what is sent to a partnership, or to the site itself; None when nobody does."""
        if partnership and partnership.is_at_home:
            return cls(Enquiry.Reader.MANAGER, f"{partnership}’s manager", partnership)
        if partnership and Stewardship.objects.current().filter(region=partnership.region_id).exists():
            return cls(Enquiry.Reader.OFFICER, _officer_of(partnership), partnership)
        if keeper(settings.DEFAULT_FROM_EMAIL) or administrators():
            return cls(Enquiry.Reader.KEEPER, "The keeper of this site", partnership)
        return None

    @property
    def answers_by(self) -> date:
        """The day by which an answer to a question of today is promised."""
        return working_day(today(), WITHIN[self.role])

    def receive(self, *, email: str, name: str, text: str) -> Enquiry:
        """Keep a question and mail it to everybody who holds the role today, both or neither."""
        with transaction.atomic():
            enquiry = Enquiry.objects.create(
                partnership=self.partnership, reader=self.role, email=email, name=name, text=text
            )
            for letter in emails.enquiry_received(enquiry):
                letter.send()
        return enquiry


def may_ask(request: HttpRequest, address: str) -> bool:
    """Count one more question from an address and a network, and say whether it may be kept."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    key = key_of(compared(address))
    taken = [
        Cap.take("enquiry: address, hour", key, 5, hour),
        Cap.take("enquiry: address, day", key, 10, day),
        Cap.take("enquiry: network", network_of(request), 30, hour),
        Cap.take("enquiry: everybody", "site", 300, hour),
    ]
    return all(taken)


def administrators() -> list[Any]:
    """Those who keep the site running today."""
    terms: Any = get_user_model()._meta.get_field("administrations").related_model
    return [term.member for term in terms.objects.current().select_related("member")]


def working_day(day: date, number: int) -> date:
    """Return the day `number` working days after `day`: no weekend and no bank holiday counts."""
    closed = set(
        BankHoliday.objects.filter(day__gt=day, day__lte=day + timedelta(days=60)).values_list("day", flat=True)
    )
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5 and day not in closed
    return day


def _officer_of(partnership: Partnership) -> str:
    supporter = partnership.region.supporters.current().select_related("organisation").first()
    of = f"{supporter.organisation}’s officer" if supporter else "The officer"
    return f"{of} for {partnership.region}"
