"""How a partnership begins: four pods with their priorities, a Steering Group and an Executive Group."""

from typing import NamedTuple

from django.db import transaction

from members.models import Member
from partnerships.models import Partnership, Priority
from pods.models import Group
from trust.models import Entry

Kind = Group.Kind


class Pod(NamedTuple):
    """A pod and the priority it works on."""

    title: str
    name: str
    slug: str
    purpose: str


class Table(NamedTuple):
    """A group to which people are appointed."""

    kind: str
    name: str
    slug: str
    purpose: str


PODS = (
    Pod(
        "Advocacy and Access",
        "Advocacy & Access",
        "advocacy-and-access",
        "Makes the case for cultural education, and looks for schools and young people it does not reach yet.",
    ),
    Pod(
        "Children and Young People’s Voice and Engagement",
        "Youth Voice",
        "youth-voice",
        "Brings what young people say to the tables where their cultural education is decided.",
    ),
    Pod(
        "Progression and Skills",
        "Progression & Skills",
        "progression-and-skills",
        "Smooths the way for talent from the early years to creative work.",
    ),
    Pod(
        "Health and Well-being",
        "Health & Well-being",
        "health-and-wellbeing",
        "Links people in health, education and culture whose work helps children and young people to be well.",
    ),
)
TABLES = (
    Table(Kind.STEERING, "Steering Group", "steering-group", "Gives the partnership its direction."),
    Table(Kind.EXECUTIVE, "Executive Group", "executive-group", "Looks after the manager’s post."),
)


class Shape:
    """What of it a partnership does not have yet: pods only where there is none, each other group only once."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership

    def pods(self) -> list[Pod]:
        if self._groups().filter(kind=Kind.POD).exists():
            return []
        return [pod for pod in PODS if self._is_free(pod.slug)]

    def tables(self) -> list[Table]:
        there = set(self._groups().filter(until_on=None).values_list("kind", flat=True))
        return [table for table in TABLES if table.kind not in there and self._is_free(table.slug)]

    def make(self, by: Member) -> list[Group]:
        """Make what is missing and return it. A second time, or pressed by two at once, nothing is missing."""
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=self.partnership.pk)
            made = [self._pod(position, pod) for position, pod in enumerate(self.pods(), 1)]
            made += [self._table(table) for table in self.tables()]
            for group in made:
                Entry.record("began", group, by=by)
        return made

    def _groups(self):
        return Group.objects.filter(partnership=self.partnership)

    def _is_free(self, slug: str) -> bool:
        return not self._groups().filter(slug=slug).exists()

    def _pod(self, position: int, pod: Pod) -> Group:
        """A priority of this title that is there already is the pod's."""
        said = {"short_name": pod.name, "position": position}
        priority, _ = Priority.objects.get_or_create(partnership=self.partnership, title=pod.title, defaults=said)
        return self._group(kind=Kind.POD, name=pod.name, slug=pod.slug, purpose=pod.purpose, priority=priority)

    def _table(self, table: Table) -> Group:
        return self._group(**table._asdict(), joining=Group.Joining.APPOINTED)

    def _group(self, **fields) -> Group:
        return Group.objects.create(partnership=self.partnership, **fields)
