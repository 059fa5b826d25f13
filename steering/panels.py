"""What seats and keys put on the desk and on a member's own pages."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Need, today
from partnerships.models import Partnership
from pods.models import Appointment, Group
from steering.models import Interest, KeyHolders
from steering.table import meetings_of, service_of

ANSWERED_WITHIN = timedelta(weeks=3)
SIX_WEEKS = timedelta(weeks=6)
TABLES = (Group.Kind.STEERING, Group.Kind.EXECUTIVE)


def needs(request: HttpRequest) -> list[Need]:
    """Who would like a seat, too few keys, terms that end soon: one sentence each."""
    own = request.user.own_partnerships()
    return [*_interest(request), *(need for each in own for need in [*_keys(each), *_terms(each)])]


def handover(request: HttpRequest) -> list[tuple[str, str]]:
    own = request.user.own_partnerships()
    return [
        (f"Hand over{' ' + str(each) if len(own) > 1 else ''}", reverse("steering:handover", args=[each.slug]))
        for each in own
    ]


def once_in_a_while(request: HttpRequest) -> list[tuple[str, str]]:
    """The evidence of what one manages, what its Executive shares, and the audit."""
    own = list(request.user.stewarded_partnerships().at_home())
    tables = Group.objects.current().filter(partnership__in=own, kind=Group.Kind.EXECUTIVE)
    with_executive = set(tables.values_list("partnership", flat=True))
    found = []
    for each in own:
        of = f" of {each}" if len(own) > 1 else ""
        found.append((f"Evidence for funders{of}", reverse("steering:evidence", args=[each.slug])))
        if each.pk in with_executive:
            found.append((f"What the Executive{of} shares", reverse("steering:executive", args=[each.slug])))
        found.append((f"Who did what{of}", reverse("steering:audit", args=[each.slug])))
    return found


def my_roles(request: HttpRequest) -> dict[str, Any] | None:
    """The roles one holds, with the line beside one's name; what one has done here so far."""
    member = request.user
    held = Appointment.objects.current().filter(member=member).select_related("group__partnership")
    service = service_of(member)
    if not service:
        return None
    runs = set(Group.objects.run_by(member).filter(kind__in=TABLES).values_list("pk", flat=True))
    partnerships = {row.group.partnership for row in held if row.group.kind in TABLES}
    context = {
        "held": [row for row in held if row.group.kind in TABLES],
        "runs": runs,
        "keys": [each for each in partnerships if member in KeyHolders(each)],
        "executives": {row.group.partnership for row in held if row.group.kind == Group.Kind.EXECUTIVE},
        "service": service,
        "meetings": meetings_of(member),
        "today": today(),
    }
    return {"template": "steering/_my_roles.html", "context": context}


def _interest(request: HttpRequest) -> list[Need]:
    waiting = list(Interest.objects.open().for_steward(request.user).select_related("group"))
    if not waiting:
        return []
    first = waiting[0]
    came = localdate(first.received_at)
    more = f" So would {len(waiting) - 1} more." if len(waiting) > 1 else ""
    sentence = f"{first.name} would like to take part in {first.group}.{more}"
    return [
        Need(sentence, "Read it", reverse("admin:steering_interest_change", args=[first.pk]), by=came + ANSWERED_WITHIN)
    ]


def _keys(partnership: Partnership) -> list[Need]:
    holders = KeyHolders(partnership)
    if not holders.are_few:
        return []
    how_many = "Nobody holds" if not holders.everybody else "Only one person holds"
    groups = Group.objects.current().filter(partnership=partnership, kind=Group.Kind.STEERING)
    if (group := groups.first()) is None:
        return []
    sentence = f"{how_many} a key of {partnership}: with the Chair and the Executive it should be two at least."
    return [Need(sentence, "See who sits there", reverse("steering:table", args=[group.ref]))]


def _terms(partnership: Partnership) -> list[Need]:
    rows = Appointment.objects.current().filter(group__partnership=partnership, group__kind=Group.Kind.STEERING)
    ending = rows.filter(until_on=None, term_ends__lte=today() + SIX_WEEKS).order_by("term_ends")
    ending = list(ending.select_related("group", "member"))
    if not ending:
        return []
    first = ending[0]
    verb = "ended" if first.term_ends < today() else "ends"
    more = f" {len(ending) - 1} more {'ends' if len(ending) == 2 else 'end'} soon." if len(ending) > 1 else ""
    sentence = f"{first.member}’s term on {first.group} {verb} on {first.term_ends:%-d %B}: go on, or thank?{more}"
    href = reverse("steering:table", args=[first.group.ref])
    return [Need(sentence, "See the table", href, by=max(first.term_ends, today()))]
