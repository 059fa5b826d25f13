"""The domains mail is sent as, and whether they still say that we may."""

from typing import Any

from django.db import models

from partnerships.models import Partnership
from trust.privacy import IMPERSONAL


class MailDomainQuerySet(models.QuerySet):
    def for_steward(self, member: Any) -> "MailDomainQuerySet":
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        return self.filter(partnership__in=member.stewarded_partnerships())

    def broken(self) -> "MailDomainQuerySet":
        return self.filter(broken_at__isnull=False)


class MailDomain(models.Model):
    """A partnership's own domain, or (no partnership) the site's.

    Mail goes out as `local_part` at this domain only while `good_at` is set and `broken_at` is not: then the
    domain's own records said, at the last look, that our relay may sign for it; and while nobody has switched
    it off. Otherwise the partnership sends as its name at the site's domain, which needs nobody's leave.
    """

    privacy = IMPERSONAL

    partnership = models.OneToOneField(Partnership, models.CASCADE, related_name="mail_domain", null=True, blank=True)
    domain = models.CharField(max_length=190, unique=True)
    local_part = models.CharField(max_length=60, default="hello")
    selector = models.CharField(max_length=60, default="lcep", help_text="The name under which the DKIM key stands")
    dkim_record = models.TextField(
        blank=True, help_text="What your mail provider says should stand there (a key, or a name to point to)"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)  # since when somebody does not want it used
    broken_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True)
    objects = MailDomainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(partnership=None), name="one_domain_of_the_site"
            )
        ]

    def __str__(self) -> str:
        return self.domain

    @classmethod
    def address_of(cls, partnership: Partnership | None) -> str:
        """Return the address at its own domain that a partnership sends as now, or '' for the site's."""
        own = cls.objects.filter(partnership=partnership).first() if partnership else None
        return own.address if own and own.is_used else ""

    @property
    def is_sound(self) -> bool:
        return self.good_at is not None and self.broken_at is None

    @property
    def is_used(self) -> bool:
        return self.is_sound and self.off_at is None

    @property
    def how_it_stands(self) -> str:
        """One sentence without its full stop."""
        if self.off_at is not None:
            return "Switched off: mail goes out from the site’s own address"
        if self.is_used:
            return f"Mail goes out as {self.address}"
        if self.broken_at is not None:
            return "Something broke: mail goes out from the site’s own address again"
        return "Not yet: mail goes out from the site’s own address"

    @property
    def address(self) -> str:
        return f"{self.local_part}@{self.domain}"
