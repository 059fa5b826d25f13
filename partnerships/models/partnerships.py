"""A partnership, the names it has had, and the priorities it works on."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from partnerships.models.places import Place, Region
from partnerships.models.sourced import Sourced
from trust.models import Entry
from trust.privacy import IMPERSONAL, Privacy

OVER = ["merged", "ended", "hidden"]
SILENCES = 2
PATIENCE = timedelta(days=14)  # a question is not a silence on the day it is asked


class PartnershipQuerySet(models.QuerySet):
    def listed(self) -> "PartnershipQuerySet":
        """What the public directory shows, whatever its status: the status is said beside it."""
        return self.exclude(status=Partnership.Status.HIDDEN)

    def at_home(self) -> "PartnershipQuerySet":
        """Partnerships that have a current manager here."""
        return self.filter(Exists(self._current_stewardships().filter(partnership=OuterRef("pk"))))

    def with_home(self) -> "PartnershipQuerySet":
        """Annotate `at_home`, so that lists need no query per row."""
        return self.annotate(at_home=Exists(self._current_stewardships().filter(partnership=OuterRef("pk"))))

    def with_silences(self) -> "PartnershipQuerySet":
        """Annotate `silences`: how many "Still right?" in a row had no answer, up to today.

        An answer ends the row, and so does anybody who confirms the facts on the day of a question or after it.
        """
        asked: Any = Partnership._meta.get_field("confirmations").related_model
        rows = asked._default_manager.order_by().filter(partnership=OuterRef("pk"))
        answered_later = asked._default_manager.filter(
            partnership=OuterRef("partnership"), asked_at__gte=OuterRef("asked_at"), answered_at__isnull=False
        )
        silent = rows.filter(~Exists(answered_later), answered_at=None, asked_at__lte=timezone.now() - PATIENCE)
        silent = silent.annotate(asked_on=TruncDate("asked_at")).filter(
            Q(partnership__last_confirmed_on=None) | Q(partnership__last_confirmed_on__lt=F("asked_on"))
        )
        counted = silent.values("partnership").annotate(count=Count("pk")).values("count")
        return self.annotate(silences=Coalesce(Subquery(counted), 0))

    def at_work(self) -> "PartnershipQuerySet":
        """Neither ended, merged nor hidden."""
        return self.exclude(status__in=OVER)

    def entries(self) -> "PartnershipQuerySet":
        """Those at work that are only listed: nobody manages them here today."""
        kept = self._current_stewardships().filter(partnership=OuterRef("pk"))
        return self.at_work().exclude(Exists(kept))

    def to_ask(self) -> "PartnershipQuerySet":
        """Entries with somebody who can say whether their facts are still right."""
        return self.entries().exclude(asked_at_address="")

    def with_places(self) -> "PartnershipQuerySet":
        return self.prefetch_related(Prefetch("places", Place.objects.order_by("name")))

    def visible_to(self, member) -> "PartnershipQuerySet":
        """Partnerships whose rooms a member may enter: the public ones. Accepts AnonymousUser."""
        return self.listed()

    def for_steward(self, member) -> "PartnershipQuerySet":
        """Partnerships a member manages today, or whose listed entries their supporter keeps. Fails closed."""
        if not member.is_authenticated:
            return self.none()
        if member.is_administrator:
            return self
        if member.remembers_rights:
            return self.filter(pk__in=member.remembered("partnerships", lambda: self._kept_by(member)))
        return self._looked_after_by(member)

    def _looked_after_by(self, member) -> "PartnershipQuerySet":
        stewardships = self._current_stewardships().filter(member=member)
        own = Q(pk__in=stewardships.exclude(partnership=None).values("partnership"))
        of_region = Q(region__in=stewardships.exclude(region=None).values("region"))
        return self.filter(own | (of_region & ~Exists(self._current_stewardships().filter(partnership=OuterRef("pk")))))

    @staticmethod
    def _kept_by(member) -> list[int]:
        return list(Partnership.objects.all()._looked_after_by(member).values_list("pk", flat=True))

    @staticmethod
    def _current_stewardships():
        return Partnership._meta.get_field("stewardships").related_model.objects.current()


class Partnership(Sourced):
    """A Local Cultural Education Partnership, or a network of them."""

    privacy = Privacy(kept="asked_at_address", everything=True)

    class Kind(models.TextChoices):
        PARTNERSHIP = "partnership", "partnership"
        NETWORK = "network", "network"

    class Status(models.TextChoices):
        FORMING = "forming", "Forming"
        RUNNING = "running", "Running"
        QUIET = "quiet", "Quiet"
        MERGED = "merged", "Merged into another"
        ENDED = "ended", "Ended"
        UNCONFIRMED = "unconfirmed", "Not confirmed"
        HIDDEN = "hidden", "Not shown"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PARTNERSHIP)
    status = models.CharField(max_length=12, choices=Status, default=Status.UNCONFIRMED)
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="merged", null=True, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="partnerships")
    places = models.ManyToManyField(Place, related_name="partnerships")
    summary = models.CharField(max_length=300, blank=True, help_text="One sentence in our own words")
    about = models.TextField(blank=True, help_text="Markdown, a summary in our own words")
    vision = models.TextField(blank=True)
    mission = models.TextField(blank=True)
    led_by = models.CharField(max_length=200, blank=True, help_text="Which organisation looks after it")
    began = models.CharField(max_length=80, blank=True, help_text="In words: 'September 2017', '2012 as a pilot'")
    website = models.URLField(blank=True)
    contact_url = models.URLField(blank=True, help_text="The body's own contact page")
    asked_at_address = models.EmailField(
        "whom we ask", blank=True, help_text="Asked once each half term whether all this is still right; never shown"
    )
    mailbox = models.EmailField(blank=True, help_text="Replies to what it sends come here")
    postal_identity = models.CharField(
        max_length=300, blank=True, help_text="Who sends the mail and where they are, for the foot of every mail"
    )
    newsletters_a_year = models.PositiveSmallIntegerField(default=6)
    objects = PartnershipQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | (~Q(status="merged") & Q(merged_into=None)),
                name="merged_names_its_successor",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:partnership", args=[self.slug])

    @property
    def is_at_home(self) -> bool:
        """Whether somebody manages it here today; taken from the annotation where a list made one."""
        if "at_home" in self.__dict__:
            return self.__dict__["at_home"]
        return self.stewardships.current().exists()

    @property
    def is_silent(self) -> bool:
        """Whether it was asked twice whether this is still right, and did not answer: then the page says so."""
        silences = self.__dict__.get("silences")
        if silences is None:
            silences = Partnership.objects.with_silences().get(pk=self.pk).silences
        return silences >= SILENCES

    @property
    def not_confirmed_since(self) -> date | None:
        """The day somebody last confirmed these facts, once two questions about them had no answer."""
        return self.last_confirmed_on if self.is_silent else None

    def is_entry_of(self, member) -> bool:
        """Whether it is a listed entry this member keeps: may be merged and retired by them ."""
        regions = Region.objects.for_steward(member).filter(pk=self.region_id)
        return not self.is_at_home and regions.exists()

    def confirm(self, by=None) -> bool:
        """Note that all of it is right today. A second time on one day changes nothing and returns False."""
        with transaction.atomic():
            older = Q(last_confirmed_on=None) | ~Q(last_confirmed_on=today())
            first = bool(Partnership.objects.filter(pk=self.pk).filter(older).update(last_confirmed_on=today()))
            if first:
                Entry.record("confirmed that all is still right:", self, by=by)
        self.last_confirmed_on = today()
        return first

    def retire(self, source: str, by=None) -> bool:
        """Say that it has ended, and from where we know. What has ended or merged already stays as it is."""
        with transaction.atomic():
            alive = Partnership.objects.at_work().filter(pk=self.pk)
            done = alive.update(status=self.Status.ENDED, source=source, last_confirmed_on=today())
            if done:
                Entry.record("retired", self, by=by)
        self.refresh_from_db()
        return bool(done)

    @property
    def mail_address(self) -> str:
        """Its sender address on this site's own domain."""
        return f"{self.slug}@{settings.SITE_HOST}"

    @property
    def list_id(self) -> str:
        """RFC 2919: one label on a domain we own, which never changes."""
        return f"{self.slug}.lists.{settings.SITE_HOST}"

    @property
    def reply_address(self) -> str:
        return self.mailbox or self.mail_address


class PartnershipName(Sourced):
    """A name it had, from and until a date as far as they are known ("2017-09", "2023")."""

    privacy = IMPERSONAL

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    slug = models.SlugField(blank=True, db_index=True, help_text="Its old address, which now leads to the present one")
    from_when = models.CharField(max_length=10, blank=True)
    until_when = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["from_when", "name"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "name"], name="one_row_per_name"),
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="one_partnership_per_old_slug"),
        ]

    def __str__(self) -> str:
        return self.name


class PriorityQuerySet(models.QuerySet):
    def current(self) -> "PriorityQuerySet":
        on = today()
        return self.filter(Q(from_on=None) | Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gte=on))

    def for_steward(self, member) -> "PriorityQuerySet":
        return self.filter(partnership__in=Partnership.objects.for_steward(member))


class Priority(Sourced):
    """What a partnership works on; one pod works on each."""

    privacy = IMPERSONAL

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="priorities")
    title = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    aliases = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=1, help_text="1 to 4 choose its colour and shape")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title"]
        verbose_name_plural = "priorities"
        constraints = [
            models.UniqueConstraint(fields=["partnership", "title"], name="one_priority_per_title"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(from_on=None) | Q(until_on__gte=F("from_on")),
                name="priority_until_after_from",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name


class LinkQuerySet(models.QuerySet):
    def for_steward(self, member) -> "LinkQuerySet":
        return self.filter(partnership__in=Partnership.objects.for_steward(member))


class Link(Sourced):
    """Where else a partnership can be followed."""

    privacy = IMPERSONAL

    class Kind(models.TextChoices):
        BLUESKY = "bluesky", "Bluesky"
        FACEBOOK = "facebook", "Facebook"
        INSTAGRAM = "instagram", "Instagram"
        LINKEDIN = "linkedin", "LinkedIn"
        MASTODON = "mastodon", "Mastodon"
        X = "x", "X"
        YOUTUBE = "youtube", "YouTube"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="links")
    kind = models.CharField("where", max_length=12, choices=Kind)
    url = models.URLField("its page there")
    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["partnership", "kind"], name="one_link_per_kind")]

    def __str__(self) -> str:
        return f"{self.partnership} on {self.get_kind_display()}"
