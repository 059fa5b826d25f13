"""Documents of a partnership or a region: one address each, with the versions a partnership has put here."""

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from partnerships.kept import keep, sweep
from partnerships.models.partnerships import Partnership
from partnerships.models.places import Region
from partnerships.models.sourced import Sourced
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy

if TYPE_CHECKING:
    from partnerships.uploads import Upload

FOLDER = "documents"


class AlreadyHere(ValueError):
    """This very file is kept already. `version` says as which."""

    def __init__(self, version: "DocumentVersion") -> None:
        super().__init__(f"it is here as {version}")
        self.version = version


class DocumentQuerySet(models.QuerySet):
    def for_steward(self, member) -> "DocumentQuerySet":
        """Those of the partnerships and of the regions a member looks after. Fails closed."""
        of_partnership = Q(partnership__in=Partnership.objects.for_steward(member))
        return self.filter(of_partnership | Q(region__in=Region.objects.for_steward(member)))


class Document(Sourced):
    privacy = IMPERSONAL

    class Kind(models.TextChoices):
        OWN = "own", "The partnership's own"
        RESEARCH = "research", "Research and policy"
        GUIDE = "guide", "For people who start or run a partnership"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="documents", null=True, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="documents", null=True, blank=True)
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.RESEARCH)
    publisher = models.CharField(max_length=160, blank=True)
    year = models.CharField(max_length=20, blank=True)
    url = models.URLField(blank=True, max_length=500)
    summary = models.TextField(blank=True)
    review_on = models.DateField("look at it again on", null=True, blank=True)
    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, region=None) | Q(partnership=None, region__isnull=False),
                name="document_of_a_partnership_or_a_region",
            ),
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_document_per_partnership_and_slug"),
            models.UniqueConstraint(fields=["region", "slug"], name="one_document_per_region_and_slug"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def belongs_to(self) -> Partnership | Region:
        """The partnership or the region whose document it is: one of them, as the table's own rule has it."""
        return self.partnership or self.region  # type: ignore[return-value]

    def add_version(self, upload: "Upload", *, dated_on: date, note: str = "", by=None) -> "DocumentVersion":
        """Keep a file as the next version. Raises AlreadyHere for the very file of an earlier one.

        Two at once get two numbers: the second waits at the document's row. The file is written, and
        forced to the disk, before its row; without a row it is taken away again, here or by the sweep.
        """
        with transaction.atomic():
            Document.objects.select_for_update().get(pk=self.pk)
            if same := self.versions.filter(sha256=upload.sha256).first():
                raise AlreadyHere(same)
            last = self.versions.aggregate(last=models.Max("number"))["last"] or 0
            version = DocumentVersion(document=self, number=last + 1, dated_on=dated_on, note=note, added_by=by)
            Entry.record("added a version of", self, by=by, version=version.number)
            keep(version, upload)
        return version


def _kept_as(version: "DocumentVersion", name: str) -> str:
    """Where a file is kept: under a name nobody chose."""
    return f"{FOLDER}/{uuid.uuid4().hex}"


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    def for_steward(self, member) -> "DocumentVersionQuerySet":
        return self.filter(document__in=Document.objects.for_steward(member))

    def sweep(self) -> int:
        """Take away files that no row names: their transaction came to nothing."""
        return sweep(DocumentVersion.objects.all(), FOLDER)


class DocumentVersion(models.Model):
    """One dated version of a document, as a file kept here. The latest is the document; the others are superseded."""

    privacy = Privacy(
        kept="added_by", impersonal="id document number dated_on note file filename kind size sha256 added_at"
    )

    class Kind(models.TextChoices):
        """What may be uploaded, decided by what is in the file and never by its name."""

        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"
        ODT = "odt", "OpenDocument text"

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    dated_on = models.DateField("dated")
    note = models.CharField("what changed", max_length=200, blank=True)
    file = models.FileField(upload_to=_kept_as, max_length=120)
    filename = models.CharField(max_length=120, help_text="What it is called when somebody saves it")
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(default=timezone.now)
    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["document", "sha256"],
                name="no_version_twice",
                violation_error_message="This very file is already here as an earlier version.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, version {self.number}"
