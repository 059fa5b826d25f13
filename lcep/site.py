"""What is true of the whole site: its address, and the shelves on which higher apps put their parts.

A low page never imports what stands above it. Each app registers its panels and checks in
`AppConfig.ready`; the desk, `/me/` and `/readyz` read the shelves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def absolute(path: str) -> str:
    """Return the full address of a path of this site; never built from the request's host."""
    return settings.SITE_URL + path


def today() -> date:
    """Return the date in London, on which rights and terms of office turn."""
    return timezone.localdate()


def about(request: HttpRequest) -> dict[str, Any]:
    """Tell every template which site this is (a context processor; it looks at no session)."""
    return {"site_url": settings.SITE_URL, "demo": settings.DEMO, "canonical": absolute(request.path)}


@dataclass
class Shelf:
    """Parts registered by name, given back in their order."""

    parts: dict[str, tuple[int, Callable]] = field(default_factory=dict)

    def add(self, name: str, part: Callable, order: int = 50) -> None:
        self.parts[name] = (order, part)

    def __iter__(self) -> Iterator[Callable]:
        return iter(part for _, part in sorted(self.parts.values(), key=lambda pair: pair[0]))

    def items(self) -> list[tuple[str, Callable]]:
        return [(name, part) for name, (_, part) in sorted(self.parts.items(), key=lambda item: item[1][0])]


@dataclass(frozen=True)
class Need:
    """One sentence on the desk with its date and its one button."""

    sentence: str
    button: str
    href: str
    by: datetime | date | None = None


@dataclass(frozen=True)
class Measure:
    """One number for whoever watches the machine, taken from the database as it stands: never about a person.

    `name` and `unit` follow Prometheus' naming (lcep_mail_waiting_seconds); None: there is nothing to say now.
    """

    name: str
    help: str
    value: float | None


@dataclass(frozen=True)
class Task:
    """One thing to do when a partnership moves in. `is_done` is worked out from rows, never ticked.

    Without `href` the hint says who does it; `waits` says in a sentence what has to come first.
    """

    title: str
    hint: str
    href: str
    is_done: bool
    waits: str = ""


# needs(request) -> list[Need]: what waits for the manager.
needs = Shelf()
# coming(request) -> list[(date, words)]: what will wait for the manager, and from when: "it is time to ask for news".
coming = Shelf()
# desk_panels(request) -> dict(template, context) | None: a part of the desk.
desk_panels = Shelf()
# desk_verbs(request) -> list[(label, href)]: what a manager can start from the desk.
desk_verbs = Shelf()
# desk_seldom(request) -> list[(label, href)]: what a manager starts from the desk once in a while.
desk_seldom = Shelf()
# my_panels(request) -> dict(template, context) | None: a part of /me/.
my_panels = Shelf()
# inside_panels(request, group) -> dict(template, context) | None: a part of the members' view of a group.
inside_panels = Shelf()
# reply_parts(invitation) -> dict(template, context) | None: a part of the page on which somebody answered.
reply_parts = Shelf()
# group_endings(group, data, files) -> form with title and leave() | None: what a finished group leaves behind.
group_endings = Shelf()
# partnership_rooms(partnership) -> list[(label, href)]: rooms of a partnership at home here.
partnership_rooms = Shelf()
# joined(member, partnership) -> str | None: the address of a question asked after joining.
welcome_steps = Shelf()
# signs_of_life(partnership_ids) -> (label, {id: date}): when each last did something, like "Last newsletter".
signs_of_life = Shelf()
# readiness() -> str: empty when well, else what is wrong.
readiness = Shelf()
# measures() -> list[Measure]: numbers for whoever watches the machine.
measures = Shelf()
# seeds() -> list[str]: load public facts from data files and say in sentences what changed.
seeds = Shelf()
# restored() -> None: what a place must do once rows of another place stand in it.
restored = Shelf()
# forgetting(member, keys) -> None: end and empty what an app holds of a member; `keys` are those of their addresses.
forgetting = Shelf()
# still_needed() -> QuerySet of members who hold something here, beyond the mailing lists.
still_needed = Shelf()
# retention() -> dict[str, int]: delete what an app has kept for as long as it said; how many of what.
retention = Shelf()
# chairs(partnership) -> list[member]: who chairs it, and is told when its data leaves the site.
chairs = Shelf()
# merging(kept, gone) -> None: move what an app holds of one entry of a person to the other.
merging = Shelf()
# appointed(appointment, by) -> None: the desk's screen of groups began or changed the days of a role.
appointed = Shelf()
# barring(gone, by) -> str: why an entry of a person may not become part of another by this person's hand, or ''.
barring = Shelf()
# import_columns(partnership) -> list: what else a list of people can say of each (members.importing.columns.Extra).
import_columns = Shelf()
# moving_in(request, partnership) -> Task: what a partnership that has just come here has to do, in any order.
moving_in = Shelf()
# desk_addresses(desk) -> list of URL patterns: screens of the desk that belong to no model.
desk_addresses = Shelf()


SEVEN = 7  # sentences on one desk


def waiting(request: HttpRequest) -> list[Need]:
    """Everything that waits for whoever asks, soonest first; what has no day comes last."""
    return sorted((need for part in needs for need in part(request)), key=lambda need: str(need.by or "9999"))


def until(request: HttpRequest) -> tuple[date, str] | None:
    """The day from which something will wait again, and what; None when nothing is known of the future."""
    return min((moment for part in coming for moment in part(request) if moment[0] > today()), default=None)
