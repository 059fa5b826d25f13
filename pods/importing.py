"""The pod and role columns of a list of people: who sits on which group, in which role, since when."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from members.importing.columns import Column, Extra
from members.models import Member
from partnerships.models import Partnership
from pods.models import Appointment, Group

COLUMNS = (
    Column("groups", "Pod or group", ("pod", "pods", "group", "groups", "priority pod", "working group", "committee")),
    Column("role", "Role in it", ("role", "role in group", "position")),
    Column("since", "In it since", ("since", "in post since", "member since", "joined", "start date")),
)
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %Y", "%b %Y", "%Y")
ROLES = {word.casefold(): value for value, label in Appointment.Role.choices for word in (value, label)}
ROLES |= {"leader": "lead", "pod leader": "lead", "pod lead": "lead", "vice chair": "vice", "chairperson": "chair"}


def extra(partnership: Partnership) -> list[Extra]:
    groups: dict[str, Group] = {}
    return [Extra(COLUMNS, partial(_wrong, partnership, groups), partial(_take, partnership, groups))]


def _wrong(partnership: Partnership, groups: dict[str, Group], values: dict[str, str]) -> str:
    """What cannot be taken along of one line: the person comes all the same."""
    known = _groups(partnership, groups)
    unknown = [name for name in _names(values) if name.casefold() not in known]
    if unknown:
        return f"there is no group called {', '.join(unknown)}; make it first, or leave the column out"
    if values.get("role") and values["role"].casefold() not in ROLES:
        return f"we know no role called {values['role']}"
    if values.get("role") and not _names(values):
        return "a role without a group"
    if values.get("since") and _day(values["since"]) is None:
        return f"{values['since']} is no day we can read"
    return ""


def _take(
    partnership: Partnership, groups: dict[str, Group], rows: Iterable[tuple[Member, dict[str, str]]], by: Member | None
) -> None:
    """Let each person belong to their groups and hold their role. Doing it twice changes nothing."""
    known = _groups(partnership, groups)
    for member, values in rows:
        since = _day(values.get("since", ""))
        role = ROLES.get(values.get("role", "").casefold(), "")
        for name in _names(values):
            group = known[name.casefold()]
            appointed = role or ("member" if group.joining == Group.Joining.APPOINTED else "")
            if group.joining != Group.Joining.APPOINTED:
                row = group.join(member)
                if since and since < row.joined_on:
                    type(row).objects.filter(pk=row.pk).update(joined_on=since)
            taken = appointed == "chair" and group.appointments.filter(role="chair", until_on=None).exists()
            if appointed and not taken:
                Appointment.appoint(member, group, appointed, by=by, **({"since": since} if since else {}))


def _groups(partnership: Partnership, groups: dict[str, Group]) -> dict[str, Group]:
    if not groups:
        groups.update({group.name.casefold(): group for group in partnership.groups.current()})
    return groups


def _names(values: dict[str, str]) -> list[str]:
    return [name.strip() for name in re.split(r"[;|/\n]", values.get("groups", "")) if name.strip()]


def _day(text: str) -> date | None:
    for form in DAYS:
        try:
            day = datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
        return day if date(1990, 1, 1) <= day <= date.today() else None
    return None
