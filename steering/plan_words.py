"""Sentences that everybody may read: whether somebody is named in them."""

import re

from django.db.models import Q

from members.models import Member, Membership
from partnerships.models import Partnership
from pods.models import Appointment, GroupMembership

# "Amira, 14" or "Amira (14)": what a young person is called, and how old.
NAME_AND_AGE = re.compile(
    r"\b[A-Z][\w'’-]+,? \(?(?:aged? )?(?:[4-9]|1\d|2[0-5])\)?(?=[,.;:)\s]|$)(?! ?(?:%|to\b|of\b|–|-))"
)
WORD = r"\w+"
# Words with a capital that a number may follow without anybody's being named.
NO_NAMES = set(
    """January February March April May June July August September October November December
    Year Years Key Stage Pod Room Level Term Autumn Spring Summer Group Aged Age Ages Week Class Page About Only All
    The Over Some Another These At In On From By Until And Of We They""".split()  # noqa: SIM905
)


class Names:
    """The people of a partnership by name, read once, to be looked for in texts."""

    def __init__(self, partnership: Partnership) -> None:
        groups = {"group__partnership": partnership}
        people = Q(pk__in=Membership.objects.current().filter(partnership=partnership).values("member"))
        people |= Q(pk__in=Appointment.objects.current().filter(**groups).values("member"))
        people |= Q(pk__in=GroupMembership.objects.current().filter(**groups).values("member"))
        named = Member.objects.filter(people, name__contains=" ").values_list("name", flat=True)
        self.flat = {_flat(name): name for name in named}

    def first_in(self, text: str) -> str:
        """Return the name of a person that stands in a text; empty when none does.

        Names of one word are left alone: "Grace" may be a grace.
        """
        read = _flat(text)
        return next((name for flat, name in self.flat.items() if flat in read), "")


def _flat(text: str) -> str:
    """Return the words of a text alone, a blank before and after each."""
    return f" {' '.join(re.findall(WORD, text.casefold()))} "


def name_and_age(text: str) -> str:
    """Return what looks like a young person's name and age ("Amira, 14"); empty when nothing does."""
    for found in NAME_AND_AGE.finditer(text):
        if found[0].split()[0].strip(",") not in NO_NAMES:
            return found[0].strip()
    return ""
