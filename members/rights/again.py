"""Doing again, after a backup was restored, what people asked for since it was made (see `trust.lasting`)."""

from members.models import Consent, Member, Membership, Suppression
from members.rights.forgetting import forget
from partnerships.models import Partnership
from trust import lasting


def left(membership: int) -> None:
    for row in Membership.objects.filter(pk=membership, left_at=None):
        row.leave(how=Consent.How.RESTORED)


def chose_less(membership: int, purpose: str) -> None:
    for row in Membership.objects.filter(pk=membership, left_at=None):
        row.choose(set(row.chosen) - {purpose}, how=Consent.How.RESTORED)


def forgotten(member: int) -> None:
    """Whoever held the keys had handed them over before; in the backup they hold them still."""
    for person in Member.objects.filter(pk=member):
        for held in [*person.stewardships.current(), *person.administrations.current()]:
            held.end()
        forget(person)


def suppressed(key: str, reason: str, partnership: int) -> None:
    of = Partnership.objects.filter(pk=partnership).first()
    if of or not partnership:
        Suppression.add(bytes.fromhex(key), reason, of)


lasting.verbs.update(
    {"left": left, "chose less": chose_less, "forgotten": forgotten, "suppressed": suppressed},
)
