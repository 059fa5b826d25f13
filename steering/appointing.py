"""A Chair's days, changed on the desk: with them goes a key, so nobody who holds one learns it late."""

from typing import TYPE_CHECKING

from pods.models import Appointment, Group
from steering import emails
from steering.models import KeyHolders

if TYPE_CHECKING:
    from members.models import Member


def tell(appointment: Appointment, by: "Member") -> None:
    """Write at once to the Chair whose days they are and to everybody who holds a key, but not to whoever did it."""
    group = appointment.group
    if group.kind != Group.Kind.STEERING or appointment.role != Appointment.Role.CHAIR:
        return
    holders = KeyHolders(group.partnership).everybody
    for reader in sorted({appointment.member, *holders} - {by}, key=lambda each: each.pk):
        if reader.is_active:
            emails.chair_changed(appointment, reader, by, holds_a_key=reader in holders).send()
