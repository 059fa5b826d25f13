"""Asking each listed contact, once each half term, whether what we say about their partnership is still right."""

from datetime import date, timedelta

from django.db import transaction

from partnerships import emails
from partnerships.models import BankHoliday, Confirmation, HalfTerm, Partnership

FORTNIGHT = timedelta(days=14)


def ask(on: date) -> list[Confirmation]:
    """Ask everybody whose half term has begun within a fortnight and who was not asked in it; on working days only.

    A second call, or two at once, ask nobody twice: a question is one row per partnership and half term,
    and its mail is queued in the same transaction. Where no school dates are known, nobody is asked.
    """
    if on.weekday() > 4 or BankHoliday.objects.filter(day=on).exists():
        return []
    terms = Terms(on)
    before = terms.asked_before()
    asked = []
    for partnership in Partnership.objects.to_ask().select_related("region").prefetch_related("places"):
        half_term = terms.of(partnership)
        if half_term is None or (partnership.pk, str(half_term)) in before:
            continue
        if half_term.first_on <= on < half_term.first_on + FORTNIGHT:
            asked += _asked(partnership, half_term)
    return asked


def is_half_term_known(on: date) -> bool:
    """Whether any place's school dates reach so far that somebody can be asked."""
    return HalfTerm.objects.on(on) is not None


class Terms:
    """The half terms around one day, read once: of a partnership's places, else of its region, else of any place."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.half_terms = list(HalfTerm.objects.filter(last_on__gte=on).order_by("first_on").select_related("place"))

    def of(self, partnership: Partnership) -> HalfTerm | None:
        """The half term the day falls in, or the next one. None when nobody has told the site of one."""
        places = {place.pk for place in partnership.places.all()}
        own = (each for each in self.half_terms if each.place_id in places)
        regional = (each for each in self.half_terms if each.place.region_id == partnership.region_id)
        return next(own, None) or next(regional, None) or next(iter(self.half_terms), None)

    def asked_before(self) -> set[tuple[int, str]]:
        """Which partnership was asked in which of these half terms."""
        names = {str(half_term) for half_term in self.half_terms}
        return set(Confirmation.objects.filter(half_term__in=names).values_list("partnership", "half_term"))


def _asked(partnership: Partnership, half_term: HalfTerm) -> list[Confirmation]:
    with transaction.atomic():
        confirmation, is_new = Confirmation.objects.get_or_create(
            partnership=partnership, half_term=str(half_term), defaults={"sent_to": partnership.asked_at_address}
        )
        if is_new:
            emails.still_right(confirmation).send()
    return [confirmation] if is_new else []
