"""What the site writes about joining, signing in and choosing: one function per message."""

import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from lcep.letters import CODES, SERVICE, Kind, Letter, written
from lcep.site import absolute
from members import wording
from members.models import AddressChange, DataComplaint, JoinRequest, Member, Membership, Purpose
from partnerships.models import Partnership
from trust.addresses import masked
from trust.tokens import CHOICES, CONFIRM, NEW_ADDRESS, OLD_ADDRESS, WAYS_IN

A_MINUTE = 60
JOIN_CODE = Kind("join-code", "A code to join a mailing list", CODES, late_after=timedelta(minutes=30), secret=True)
SIGN_IN_CODE = Kind("sign-in-code", "A code to sign in", CODES, late_after=timedelta(minutes=30), secret=True)
CONFIRM_ADDRESS = Kind("new-address", "A new address to confirm", CODES, late_after=timedelta(days=1), secret=True)
ADDRESS_CHANGED = Kind("address-changed", "A change of address", SERVICE, late_after=timedelta(days=2), secret=True)
EXPORTED = Kind("exported", "Data was taken out", SERVICE, late_after=timedelta(days=5))
ADDED_ON_PAPER = Kind("added-on-paper", "On the list by a form on paper", SERVICE, late_after=timedelta(days=5))
ASKED_ONCE = Kind("asked-once", "A question to somebody on a list brought along", SERVICE, late_after=timedelta(days=2))
COMPLAINT_RECEIVED = Kind("complaint-received", "A data complaint was received", SERVICE, late_after=timedelta(days=5))
COMPLAINT_ANSWERED = Kind(
    "complaint-answered", "An answer to a data complaint", SERVICE, late_after=timedelta(days=30), secret=True
)
WAYS_IN_CHANGED = Kind(
    "ways-in-changed", "A change of how one signs in", SERVICE, late_after=timedelta(days=2), secret=True
)
CHOICES_CHANGED = Kind("choices-changed", "A change of choices", SERVICE, late_after=timedelta(days=2))


def join_code(request: JoinRequest, code: str) -> Letter:
    """The code and the link. Repeats nothing the visitor typed: it may be read by somebody else."""
    link = absolute(reverse("members:confirm", args=[CONFIRM.sign(request.pk)]))
    context = {"partnership": request.partnership, "code": spaced(code), "link": link}
    return _letter(JOIN_CODE, "join_code", request.mail_to, context, partnership=request.partnership)


def would_you_like(request: JoinRequest) -> Letter:
    """Once, to somebody whose address a manager had and was not sure of. Nothing follows unless they press."""
    link = absolute(reverse("members:confirm", args=[CONFIRM.sign(request.pk)]))
    context = {"partnership": request.partnership, "link": link, "asking": wording.asking(request.partnership)}
    return _letter(ASKED_ONCE, "would_you_like", request.mail_to, context, partnership=request.partnership)


def nobodys_code(address: str) -> Letter:
    """What a member would get, to an address that is no member's: written, and never sent (see `as_if_sent`)."""
    return _letter(SIGN_IN_CODE, "sign_in_code", address, {"code": spaced("000000")})


def as_if_sent(letter: Letter) -> None:
    """Do all the work of sending and take it back, so that the time of an answer does not tell who is known here."""
    with transaction.atomic():
        letter.send()
        transaction.set_rollback(True)


def sign_in_code(member: Member, code: str) -> Letter:
    return _letter(SIGN_IN_CODE, "sign_in_code", member.mail_to, {"code": spaced(code)}, member=member)


def ways_in_changed(member: Member, what: str) -> Letter:
    """A passkey, an app or recovery codes came or went: whoever it belongs to hears of it.

    Members take it back with one press. Managers do not: whoever reads her mail must not lift a second factor.
    """
    since = int(time.time()) - A_MINUTE  # what is told came a moment before the mail about it
    link = absolute(reverse("members:ways_in_back", args=[WAYS_IN.sign(member.pk, since)]))
    context = {"what": what, "link": "" if member.is_staff else link}
    return _letter(WAYS_IN_CHANGED, "ways_in_changed", member.mail_to, context, member=member)


def choices_changed(membership: Membership) -> Letter:
    """Somebody chose more with the link of a mail: the owner of the address hears of it and can undo it."""
    member, partnership = membership.member, membership.partnership
    context = {"partnership": partnership, "membership": membership, "choices": choices_address(membership)}
    return _letter(CHOICES_CHANGED, "choices_changed", member.mail_to, context, member=member, partnership=partnership)


def new_address(change: AddressChange) -> Letter:
    """To the new address: a link with a button. One that has an entry of its own hears that, and nobody else does."""
    link = absolute(reverse("members:new_address", args=[NEW_ADDRESS.sign(change.pk)]))
    context = {"link": "" if change.is_taken else link, "sign_in": absolute(reverse("account_login"))}
    return _letter(CONFIRM_ADDRESS, "new_address", change.mail_to, context)


def address_changed(change: AddressChange) -> Letter:
    """To the old address: what happened, and the way back. The new address is only hinted at."""
    link = absolute(reverse("members:old_address", args=[OLD_ADDRESS.sign(change.pk)]))
    context = {"link": link, "address": masked(change.mail_to), "takes_away": not change.member.is_staff}
    return _letter(ADDRESS_CHANGED, "address_changed", change.was_mail_to, context, member=change.member)


def data_complaint_received(complaint: DataComplaint) -> Letter:
    """We have it, and by when it is answered. Repeats nothing that was typed."""
    context = {"due_on": complaint.due_on, "partnership": complaint.partnership}
    about = {"partnership": complaint.partnership, "member": complaint.member}
    return _letter(COMPLAINT_RECEIVED, "data_complaint_received", complaint.email, context, **about)


def data_complaint_answered(complaint: DataComplaint) -> Letter:
    context = {"complaint": complaint}
    about = {"partnership": complaint.partnership, "member": complaint.member}
    return _letter(COMPLAINT_ANSWERED, "data_complaint_answered", complaint.email, context, **about)


def exported(partnership: Partnership, what: str, count: int, by: Member, chair: Member) -> Letter:
    context = {"partnership": partnership, "what": what, "count": count, "by": by}
    return _letter(EXPORTED, "exported", chair.mail_to, context, member=chair, partnership=partnership)


def added_on_paper(membership: Membership) -> Letter:
    """Somebody's address was typed in from a form: they hear of it and can take themselves off."""
    member, partnership = membership.member, membership.partnership
    gets = [f"{Purpose(one).label}, {wording.how_often(one, partnership)}" for one in membership.chosen]
    context = {"partnership": partnership, "gets": gets, "choices": choices_address(membership)}
    return _letter(ADDED_ON_PAPER, "added_on_paper", member.mail_to, context, member=member, partnership=partnership)


def choices_address(membership: Membership) -> str:
    """The signed address of one person's choices on one list."""
    return absolute(reverse("members:choices", args=[CHOICES.sign(membership.member_id, membership.partnership_id)]))


def spaced(code: str) -> str:
    """Return "482 913": easier to carry from one screen to another."""
    return f"{code[:3]} {code[3:]}"


def _letter(kind: Kind, name: str, to: str, context: dict[str, Any], **about: Any) -> Letter:
    subject, text, html = written(name, context)
    return Letter(kind, to, subject, text, html, **about)
