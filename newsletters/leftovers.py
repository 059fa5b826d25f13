"""Pictures that nobody uses any more: they go by themselves, after a month.

A picture is used where an issue has it, whatever became of the issue, and where an earlier wording of one that
has not gone out has it, because a wording can be brought back until then.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from newsletters.models import Newsletter, Picture, Revision
from newsletters.words import Words

KEPT = timedelta(days=30)


def forget_pictures() -> dict[str, int]:
    """Delete the pictures nobody has used since they came 30 days ago or more. Says how many."""
    gone, _ = unused_pictures().defer("content").delete()
    return {"pictures that no newsletter uses, 30 days after they came": gone}


def unused_pictures() -> QuerySet[Picture]:
    """Return those that came 30 days ago, stand in no issue, and in no wording that can be brought back."""
    old = Picture.objects.filter(made_at__lt=timezone.now() - KEPT, sections=None)
    owners = set(old.order_by().values_list("partnership", flat=True))
    return old.exclude(pk__in=_in_wordings(owners)) if owners else old.none()


def _in_wordings(partnerships: Iterable[int]) -> set[int]:
    """The pictures in every kept wording of these partnerships' issues that have not begun to go out."""
    out = Newsletter.objects.published().order_by().values("pk")
    kept = Revision.objects.filter(newsletter__partnership__in=partnerships).exclude(newsletter__in=out)
    wordings = kept.order_by().values_list("words", flat=True).iterator(chunk_size=50)
    return {part.picture for json in wordings for part in Words.kept(json).sections if part.picture}
