"""The shelf of a group: files kept here in versions, and links, for the group or for one of its meetings."""

import uuid
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from meetings.models.meetings import Meeting
from members.models import Member
from partnerships.kept import keep, sweep
from partnerships.models import DocumentVersion, Partnership
from pods.models import Group
from pods.refs import new_ref
from trust.models import Entry
from trust.privacy import Privacy

if TYPE_CHECKING:
    from partnerships.uploads import Upload

FOLDER = "papers"
LOOKED = "looked at a paper of"


class PaperQuerySet(models.QuerySet):
    def on_shelf(self) -> "PaperQuerySet":
        return self.filter(taken_off_at=None)

    def visible_to(self, member) -> "PaperQuerySet":
        """Papers of one's groups, of those one manages, of meetings one is asked to, and of an Executive what was
        shared with the manager. Nothing for anybody who is not signed in; nothing for an administrator as such.
        """
        if not member.is_authenticated:
            return self.none()
        inside = Q(group__in=Group.objects.open_inside_to(member))
        asked = Q(meeting__in=Meeting.objects.open_inside_to(member))
        return self.filter(inside | asked | _shared_with(member))

    def shared_with(self, member) -> "PaperQuerySet":
        """What an Executive shared with a manager of its partnership."""
        return self.filter(_shared_with(member)).exclude(group__in=Group.objects.of_member(member))

    def for_link(self, meeting: Meeting) -> "PaperQuerySet":
        """What the link in a mail about a meeting opens: its papers, but never those of an Executive."""
        papers = self.on_shelf().filter(meeting=meeting)
        return papers.exclude(group__kind=Group.Kind.EXECUTIVE).exclude(meeting__group__kind=Group.Kind.EXECUTIVE)


def _shared_with(manager: Member) -> Q:
    return Q(shared_at__isnull=False, group__partnership__in=manager.stewarded_partnerships())


class Paper(models.Model):
    """Something to read: a file in versions, or a link. Nothing is deleted; what is no longer right is taken off.

    Papers of an Executive are for its members alone. Sharing one opens it to the manager, by name and for good
    until it is taken back; every look of anybody else is an entry of the audit.
    """

    privacy = Privacy(
        kept="added_by shared_by", impersonal="id ref group meeting title url shared_at taken_off_at added_at"
    )

    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    group = models.ForeignKey(Group, models.PROTECT, related_name="papers", null=True, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers", null=True, blank=True)
    title = models.CharField(max_length=150)
    url = models.URLField("link", max_length=500, blank=True)
    shared_at = models.DateTimeField("shared with the manager", null=True, blank=True)
    shared_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    taken_off_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    added_at = models.DateTimeField(default=timezone.now)
    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=False) | Q(meeting__isnull=False), name="paper_of_a_group_or_a_meeting"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:paper_file", args=[self.ref])

    @property
    def audited_for(self) -> Partnership | None:
        owner = self.group or self.meeting
        return owner.audited_for if owner else None

    @property
    def is_of_executive(self) -> bool:
        group = self.group or (self.meeting.group if self.meeting else None)
        return group is not None and group.kind == Group.Kind.EXECUTIVE

    @property
    def latest(self) -> "PaperVersion | None":
        """The present version; None for a link. Reads what was prefetched."""
        return next(iter(self.versions.all()), None)

    @classmethod
    def put(
        cls, title: str, *, by: Member, group: Group | None = None, meeting: Meeting | None = None, url: str = "",
        upload: "Upload | None" = None,
    ) -> "Paper":  # fmt: skip
        """Put a file or a link on the shelf. The same title for the same meeting is the same paper: a file is then
        its next version, or, sent twice, the one that is there.
        """
        if bool(url) == bool(upload):
            raise ValueError("a paper is a file or a link")
        group = group or (meeting.group if meeting else None)
        with transaction.atomic():
            if group:
                Group.objects.select_for_update().get(pk=group.pk)
            same = cls.objects.on_shelf().filter(group=group, meeting=meeting, title=title)
            paper = same.filter(url=url).first()
            if paper is None:
                paper = cls.objects.create(title=title, group=group, meeting=meeting, url=url, added_by=by)
                Entry.record("put on a shelf", paper, by=by)
            if upload:
                paper.add_version(upload, by=by)
        return paper

    def add_version(self, upload: "Upload", *, note: str = "", by: Member) -> "PaperVersion":
        """Keep a file as the next version; the very file that is there already changes nothing."""
        with transaction.atomic():
            Paper.objects.select_for_update().get(pk=self.pk)
            if same := self.versions.filter(sha256=upload.sha256).first():
                return same
            last = self.versions.aggregate(last=Max("number"))["last"] or 0
            version = PaperVersion(paper=self, number=last + 1, note=note, added_by=by)
            keep(version, upload)
        return version

    def share(self, *, by: Member) -> None:
        """Let the manager read this paper of an Executive. A second call changes nothing."""
        self._turn("shared", Q(shared_at=None), by, shared_at=timezone.now(), shared_by=by)

    def take_back(self, *, by: Member) -> None:
        """Close it to the manager again. A second call changes nothing."""
        self._turn("took back", Q(shared_at__isnull=False), by, shared_at=None, shared_by=None)

    def take_off(self, *, by: Member) -> None:
        """Nobody needs it any more: it stays on record and stands on no page. A second call changes nothing."""
        self._turn("took off a shelf", Q(taken_off_at=None), by, taken_off_at=timezone.now())

    def look(self, *, by: Member) -> None:
        """Write down that somebody from outside the group read it: an administrator, or the manager at an Executive's.

        The entry names the group, not the paper: a title may say too much.
        """
        owner = self.group or self.meeting
        assert owner is not None
        if self.group and self.group.people().filter(pk=by.pk).exists():
            return
        if self.is_of_executive or by.is_administrator:
            with transaction.atomic():
                Entry.record(LOOKED, owner, by=by, paper=self.ref)

    def looks(self) -> models.QuerySet[Entry]:
        """Who read it without sitting on the group, the latest first."""
        return Entry.objects.filter(verb=LOOKED, detail__paper=self.ref).select_related("actor")

    def _turn(self, verb: str, now: Q, by: Member, **fields) -> None:
        with transaction.atomic():
            if Paper.objects.filter(now, pk=self.pk).update(**fields):
                Entry.record(verb, self, by=by)
        self.refresh_from_db()


def _kept_as(version: "PaperVersion", name: str) -> str:
    """Where a file is kept: under a name nobody chose."""
    return f"{FOLDER}/{uuid.uuid4().hex}"


class PaperVersionQuerySet(models.QuerySet):
    def sweep(self) -> int:
        """Take away files that no row names: their transaction came to nothing."""
        return sweep(PaperVersion.objects.all(), FOLDER)


class PaperVersion(models.Model):
    """One version of a paper, as a file kept here. The latest is the paper; what it is was decided by its content."""

    privacy = Privacy(kept="added_by", impersonal="id paper number note file filename kind size sha256 added_at")

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    note = models.CharField("what changed", max_length=200, blank=True)
    file = models.FileField(upload_to=_kept_as, max_length=120)
    filename = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=DocumentVersion.Kind)
    size = models.PositiveIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    added_at = models.DateTimeField(default=timezone.now)
    objects = PaperVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="one_paper_version_per_number"),
            models.UniqueConstraint(fields=["paper", "sha256"], name="no_paper_version_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.paper}, version {self.number}"
