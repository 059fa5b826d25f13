"""What is written about seats, terms and keys: one function per message."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from lcep.letters import SERVICE, Kind, Letter
from lcep.site import absolute
from steering.letters import Said, letter

if TYPE_CHECKING:
    from members.models import Member
    from pods.models import Appointment
    from steering.models import Interest, KeyTurn

INTEREST = Kind("interest", "Interest in a seat", SERVICE, late_after=timedelta(days=5))
TERM = Kind("term", "A term of office", SERVICE, late_after=timedelta(days=14))
KEYS = Kind("keys", "Who manages the partnership", SERVICE, late_after=timedelta(days=7))


WHOM = {
    "lead": "a lead",
    "member": "a member",
    "chair": "the Independent Chair",
    "vice": "a vice-chair",
    "substitute": "a substitute",
    "observer": "an observer",
    "note-taker": "the note taker",
}


def as_whom(appointment: "Appointment") -> str:
    """What somebody is in a group, in a sentence: "a member"."""
    return WHOM[appointment.role]


def interest_received(interest: "Interest") -> Letter:
    """To whoever sent the form. It repeats nothing they typed, so that it is no way to mail others."""
    partnership = interest.partnership
    said = Said(
        f"{partnership}: thank you for your interest",
        "Thank you",
        [
            f"Somebody sent us your address to say that you would like to take part in {interest.group}.",
            f"{partnership}’s manager and the Chair read it, and somebody answers you within three weeks.",
        ],
        f"You get this once, because your address was typed into the form of {partnership}. "
        "Was it not you? Then do nothing: what was sent is deleted after a while.",
        button="What the role asks of you",
        href=absolute(reverse("steering:role", args=[partnership.slug, "steering"])),
    )
    return letter(INTEREST, said, key=f"interest {interest.pk}", partnership=partnership, address=interest.email)


def interest_came(interest: "Interest", reader: "Member") -> Letter:
    """To the manager and the Chair."""
    partnership = interest.partnership
    rows = [("Name", interest.name), ("Seat", str(interest.seat or "any"))]
    rows += [("Organisation", interest.organisation)] if interest.organisation else []
    said = Said(
        f"{interest.group}: {interest.name} would like to take part",
        f"Somebody would like to take part in {interest.group}",
        [
            f"{interest.name} would like to take part, and was told that somebody answers within three weeks.",
            "“Reply” goes to them. Appoint them on the page of the table; the manager can also answer from the desk.",
        ],
        f"You get this because you manage {partnership} or chair {interest.group}.",
        rows=rows,
        quoted=interest.statement,
        button="Open the table",
        href=absolute(reverse("steering:table", args=[interest.group.ref])),
    )
    key = f"interest {interest.pk} {reader.pk}"
    return letter(INTEREST, said, key=key, partnership=partnership, member=reader, reply_to=[interest.email])


def interest_answered(interest: "Interest", words: str) -> Letter:
    """To whoever asked and is not appointed this time, with a few words of whoever answers."""
    partnership = interest.partnership
    first = f"Thank you for offering to take part in {interest.group}. We cannot offer you a seat this time."
    after = ["Pods are open to every member, and seats become free each year. You are welcome again."]
    said = Said(
        f"{partnership}: your interest in a seat",
        "Thank you for offering",
        [first],
        f"You get this because you filled in the form of {partnership}. "
        "What you wrote is deleted half a year from now.",
        quoted=words,
        after=after,
        button="Get involved",
        href=absolute(reverse("partnerships:get_involved", args=[partnership.slug])),
    )
    key = f"interest answered {interest.pk}"
    reply_to = [partnership.reply_address]
    return letter(INTEREST, said, key=key, partnership=partnership, address=interest.email, reply_to=reply_to)


def appointed(appointment: "Appointment", reader: "Member") -> Letter:
    """To whoever was appointed, and to the chair where somebody else did it."""
    group, own = appointment.group, reader.pk == appointment.member_id
    role = as_whom(appointment)
    until = f" to {appointment.term_ends:%-d %B %Y}" if appointment.term_ends else ""
    who = "You are" if own else f"{appointment.member} is"
    said = Said(
        f"{group}: {'you are' if own else 'somebody is'} appointed",
        "Welcome to the table" if own else "An appointment",
        [f"{who} {role} of {group}, from {appointment.since:%-d %B %Y}{until}."],
        f"You get this because {'you were appointed' if own else f'you chair {group}'}.",
        button="Your roles" if own else "Open the table",
        href=absolute(reverse("members:me") if own else reverse("steering:table", args=[group.ref])),
        after=["Invitations come by mail. On your own pages you write the one line that stands beside your name."]
        if own
        else ["Is it wrong? It can be ended on the same page."],
    )
    key = f"appointed {appointment.pk} {reader.pk}"
    return letter(TERM, said, key=key, partnership=group.audited_for, member=reader)


def term_ends(appointment: "Appointment", reader: "Member", weeks: int) -> Letter:
    """To the person and the Chair, half a year and six weeks before. Nothing ends by itself."""
    group, own = appointment.group, reader.pk == appointment.member_id
    whose = "Your" if own else f"{appointment.member}’s"
    day = f"{appointment.term_ends:%-d %B %Y}"
    first = f"{whose} term of office as {as_whom(appointment)} of {group} ends on {day}."
    said = Said(
        f"{group}: {'your' if own else whose} term ends on {day}",
        f"In {'six weeks' if weeks < 10 else 'half a year'}",
        [first, "Nothing ends by itself: it goes on until somebody says otherwise."],
        f"You get this because {'you hold this role' if own else f'you chair {group}'}.",
        after=["Go on for another term, or hand over? Now is a good time to talk about it."]
        if own
        else ["Ask whether they would like to go on. A vacancy can be offered on the public page."],
        button="Your roles" if own else "Open the table",
        href=absolute(reverse("members:me") if own else reverse("steering:table", args=[group.ref])),
    )
    key = f"term {appointment.pk} {appointment.term_ends} {weeks} {reader.pk}"
    return letter(TERM, said, key=key, partnership=group.audited_for, member=reader)


def thank_you(appointment: "Appointment", service: list[tuple[str, str]]) -> Letter:
    """To somebody whose time in a role is over, with the record of their service here."""
    group, partnership = appointment.group, appointment.group.partnership
    said = Said(
        f"Thank you from {partnership}",
        "Thank you",
        [
            f"You were {as_whom(appointment)} of {group} until {appointment.until_on:%-d %B %Y}.",
            "What you gave to children and young people here stays. This is the record of it; keep it, show it.",
        ],
        f"You get this once, because you held a role in {group}.",
        rows=service,
        after=["You stay on the mailing list as you chose, and every pod is open to you."],
    )
    key = f"thanks {appointment.pk}"
    return letter(TERM, said, key=key, partnership=group.audited_for, member=appointment.member)


def keys_turned(turn: "KeyTurn", readers: Iterable["Member"]) -> list[Letter]:
    """To everybody who holds a key, and to whom it is about: who manages the partnership, and who said so."""
    return [_keys_turned(turn, reader) for reader in readers if reader.is_active]


def _keys_turned(turn: "KeyTurn", reader: "Member") -> Letter:
    partnership = turn.partnership
    own = reader.pk == turn.member_id
    who = "You" if own else turn.who
    until = f" until {turn.until_on:%-d %B %Y}" if turn.until_on else ""
    since = f" from {turn.from_on:%-d %B %Y}"
    sentence = {
        "appoint": f"{who} {'manage' if own else 'manages'} {partnership}{since}{until}.",
        "end": f"{who} {'manage' if own else 'manages'} {partnership} no longer.",
        "let-in": f"{who} can sign in again: passkeys, authenticator apps and signed-in devices of before are gone.",
    }[turn.act]
    by = " and ".join(str(each) for each in (turn.asked_by, turn.confirmed_by) if each)
    door = own and turn.act != turn.Act.END
    after = ["Sign in with this address: a code is mailed to you. Then set up a passkey or an authenticator app."]
    thanks = ["Thank you for what you did here. You stay on the mailing list as you chose."]
    said = Said(
        f"{partnership}: {_subject(turn, own)}",
        f"Who manages {partnership}",
        [sentence, f"{by} said so."],
        f"You get this because {'it is about you' if own else f'you hold a key of {partnership}'}. "
        "Is it wrong? Tell the Chair today.",
        button="What is promised here" if door else "Open the keys" if not own else "",
        href=_door(turn, own),
        after=after if door else thanks if own else [],
    )
    return letter(KEYS, said, key=f"keys {turn.pk} {reader.pk}", partnership=None, member=reader)


def chair_changed(appointment: "Appointment", reader: "Member", by: "Member", *, holds_a_key: bool) -> Letter:
    """To the Chair and to everybody who holds a key: from when, or until when, somebody chairs it, and who said so."""
    group, own = appointment.group, reader.pk == appointment.member_id
    partnership, until = group.partnership, appointment.until_on
    days = f"until {until:%-d %B %Y}" if until else f"from {appointment.since:%-d %B %Y}"
    who = "You chair" if own else f"{appointment.member} chairs"
    said = Said(
        f"{partnership}: {'your days as its Chair' if own else 'a change of its Chair'}",
        f"Who chairs {group}",
        [f"{who} {group} {days}.", f"{by} wrote that down."],
        f"You get this because {'it is about you' if own else f'you hold a key of {partnership}'}. "
        "Is it wrong? Tell whoever looks after this site today.",
        button="Open the keys" if holds_a_key else "",
        href=absolute(reverse("steering:keys", args=[partnership.slug])) if holds_a_key else "",
    )
    key = f"chair {appointment.pk} {appointment.since} {until} {reader.pk}"
    return letter(KEYS, said, key=key, partnership=None, member=reader)


def _door(turn: "KeyTurn", own: bool) -> str:
    slug = turn.partnership.slug
    if own:
        return "" if turn.act == turn.Act.END else absolute(reverse("steering:handover", args=[slug]))
    return absolute(reverse("steering:keys", args=[slug]))


def _subject(turn: "KeyTurn", own: bool) -> str:
    if not own:
        return "a change of who manages it"
    return {"appoint": "you manage it", "end": "you manage it no longer", "let-in": "you can sign in again"}[turn.act]
