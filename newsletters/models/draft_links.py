"""An address that shows one draft to a colleague: for a week, to be read only, and taken back with one press."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from lcep.site import absolute
from members.models import Member
from newsletters.models.newsletters import Newsletter
from trust.models import Entry
from trust.privacy import Privacy
from trust.tokens import DRAFT


class DraftLinkQuerySet(models.QuerySet["DraftLink"]):
    def open(self) -> "DraftLinkQuerySet":
        """Those that still show something."""
        return self.filter(revoked_at=None, made_at__gt=timezone.now() - DraftLink.LIFE)


class DraftLink(models.Model):
    """The address is signed from the row's id and kept nowhere; the row says who made it and whether it still holds."""

    privacy = Privacy(kept="made_by", impersonal="id newsletter made_at revoked_at")
    LIFE = timedelta(days=DRAFT.days or 0)

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, related_name="draft_links")
    made_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = DraftLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"link to a draft of {self.newsletter}"

    @property
    def address(self) -> str:
        return absolute(DRAFT.path.replace("<token>", DRAFT.sign(self.pk)))

    @property
    def ends_at(self) -> datetime:
        return self.made_at + self.LIFE

    @classmethod
    def make(cls, newsletter: Newsletter, *, by: Member) -> "DraftLink":
        """Make an address for a week. Pressed again while one's own is a day old at most: that one."""
        with transaction.atomic():
            today = timezone.now() - timedelta(days=1)
            recent = newsletter.draft_links.open().filter(made_by=by, made_at__gt=today).first()
            if recent:
                return recent
            link = cls.objects.create(newsletter=newsletter, made_by=by)
            Entry.record("made a link to show", newsletter, by=by)
        return link

    def revoke(self, by: Member) -> bool:
        """Let it show nothing any more. False when it showed nothing already."""
        with transaction.atomic():
            ended = bool(DraftLink.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()))
            if ended:
                Entry.record("took back a link to show", self.newsletter, by=by)
        self.refresh_from_db()
        return ended
