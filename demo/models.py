"""What of the story has been told, so that it is told once and what people did to it since stays."""

from django.db import models
from django.utils import timezone

from trust.privacy import IMPERSONAL


class Chapter(models.Model):
    """A part of the story that is in the database, whatever became of it."""

    privacy = IMPERSONAL

    name = models.CharField(max_length=60, unique=True)
    told_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def begin(cls, name: str) -> bool:
        """Whether this part is still to be told. Of two callers, the second hears no; call it in the
        transaction that tells it, so that a part told by halves is not told at all.
        """
        _, begun = cls.objects.get_or_create(name=name)
        return begun
