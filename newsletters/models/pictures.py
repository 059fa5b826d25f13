"""A picture in a newsletter: kept by the site, under an address that nobody can guess."""

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from members.models import Member
from partnerships.models import Partnership
from trust.privacy import Privacy

if TYPE_CHECKING:
    from newsletters.pictures import Cleaned


def _key() -> str:
    return secrets.token_urlsafe(18)


class PictureQuerySet(models.QuerySet["Picture"]):
    def shown(self) -> "PictureQuerySet":
        """Those that may be looked at: a picture of nothing but withdrawn newsletters has gone with them."""
        sections = self.model._meta.get_field("sections").related_model._default_manager
        used = sections.filter(picture=OuterRef("pk"))
        return self.filter(~Exists(used) | Exists(used.filter(newsletter__withdrawn_at=None)))


class Picture(models.Model):
    """A picture as it is sent: JPEG or PNG, small, without what a camera wrote into it. It never changes."""

    privacy = Privacy(kept="made_by", impersonal="id partnership key kind content width height made_at")

    class Kind(models.TextChoices):
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="pictures")
    key = models.CharField(max_length=32, unique=True, default=_key)
    kind = models.CharField(max_length=4, choices=Kind)
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)
    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="picture_has_a_size"),
            models.CheckConstraint(condition=Q(kind__in=["jpeg", "png"]), name="picture_kind_known"),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("newsletters:picture", args=[f"{self.key}.{'jpg' if self.kind == self.Kind.JPEG else 'png'}"])

    @classmethod
    def keep(cls, cleaned: "Cleaned", partnership: Partnership, *, by: Member | None = None) -> "Picture":
        """Keep a picture that has been through `newsletters.pictures.clean`."""
        return cls.objects.create(
            partnership=partnership,
            kind=cleaned.kind,
            content=cleaned.content,
            width=cleaned.width,
            height=cleaned.height,
            made_by=by,
        )
