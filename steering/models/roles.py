"""What each role asks of a person: the partnership's own words, or samples marked as such until it has some."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from partnerships.models import Partnership
from trust.privacy import Privacy

SAMPLES = Path(__file__).parent.parent / "data" / "roles.toml"


class RoleDescriptionQuerySet(models.QuerySet):
    def for_steward(self, member) -> "RoleDescriptionQuerySet":
        """Those of the partnerships a member manages. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        return self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())


class RoleDescription(models.Model):
    """A role in a partnership's own words. Without a row, its page shows the sample."""

    privacy = Privacy(kept="edited_by", impersonal="id partnership kind title text edited_at")

    class Kind(models.TextChoices):
        STEERING = "steering", "Steering member"
        CHAIR = "chair", "Independent Chair"
        POD_LEADER = "pod-leader", "Pod leader"
        EXECUTIVE = "executive", "Executive member"
        TASK_LEAD = "task-lead", "Task & finish lead"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="role_descriptions")
    kind = models.CharField("role", max_length=12, choices=Kind)
    title = models.CharField("what it is called here", max_length=80)
    text = models.TextField(
        "what it asks", max_length=6000, help_text="## begins a heading, - a line of a list, **these** make words bold"
    )
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True, editable=False)
    objects = RoleDescriptionQuerySet.as_manager()

    class Meta:
        ordering = ["partnership", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "kind"],
                name="one_description_per_role",
                violation_error_message="This role is described already: change that one.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("steering:role", args=[self.partnership.slug, self.kind])

    @property
    def is_sample(self) -> bool:
        return self.pk is None

    @classmethod
    def of(cls, partnership: Partnership) -> list["RoleDescription"]:
        """Return the description of every role, in their order: the partnership's own, else an unsaved sample."""
        own = {row.kind: row for row in cls.objects.filter(partnership=partnership)}
        found = []
        for kind in cls.Kind.values:
            row = own.get(kind) or cls(partnership=partnership, kind=kind, **sample(kind))
            row.partnership = partnership
            found.append(row)
        return found


def sample(kind: str) -> dict[str, Any]:
    """Return title and text of the sample for a role."""
    said = _samples()[kind]
    return {"title": said["title"], "text": said["text"].strip()}


@lru_cache(maxsize=1)
def _samples() -> dict[str, Any]:
    return tomllib.loads(SAMPLES.read_text(encoding="utf-8"))
