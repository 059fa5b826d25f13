"""A member: any person of 18 or over, with or without an organisation. The auth user."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Least
from django.utils import timezone

from lcep.site import today
from partnerships.models import Organisation, Partnership, Place, Stewardship
from partnerships.models.organisations import Sector
from trust.addresses import as_written, compared, key_of, masked
from trust.models import Entry
from trust.privacy import Privacy

T = TypeVar("T")


class MemberQuerySet(models.QuerySet):
    def at(self, address: str) -> "MemberQuerySet":
        """The member with this address, however it is spelt. Raises ValidationError for no address."""
        return self.filter(email=compared(address))

    def for_steward(self, steward) -> "MemberQuerySet":
        """Members who are, or were, on the mailing list of a partnership that `steward` manages today.

        A supporter's officer sees no members: the listed entries of a region have none.
        """
        if not steward.is_authenticated:
            return self.none()
        if steward.is_administrator:
            return self
        lists = steward.stewarded_partnerships()
        return self.filter(Exists(self._memberships().filter(member=OuterRef("pk"), partnership__in=lists)))

    @staticmethod
    def _memberships() -> Any:
        return Member._meta.get_field("memberships").related_model._default_manager  # type: ignore[union-attr]

    def visible_to(self, member) -> "MemberQuerySet":
        """Only oneself; the network page of a partnership has its own rule."""
        return self.filter(pk=member.pk) if member.is_authenticated else self.none()


class MemberManager(BaseUserManager.from_queryset(MemberQuerySet)):
    def get_by_natural_key(self, address: str) -> "Member":
        return self.get(email=compared(address))

    def welcome(self, address: str) -> "Member":
        """Return the member at this address, making the row the first time. Safe when two requests race."""
        email = compared(address)
        with transaction.atomic():
            made = Member(email=email, mail_to=as_written(address), key=key_of(email))
            made.set_unusable_password()
            Member.objects.bulk_create([made], ignore_conflicts=True)
            member = Member.objects.get(email=email)
            EmailAddress.objects.get_or_create(user=member, email=email, defaults={"verified": True, "primary": True})
        return member


class Member(AbstractBaseUser):
    """`email` is the compared address and unique; `mail_to` is how its owner writes it."""

    privacy = Privacy(
        exported="email mail_to name organisation sector areas joined_at last_login",
        erased="key password",
        kept="id erased_at merged_into",
    )

    email = models.CharField(max_length=254, unique=True)
    mail_to = models.CharField(max_length=254)
    key = models.BinaryField(max_length=32, db_index=True)
    name = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, related_name="people", null=True, blank=True)
    sector = models.CharField(max_length=20, choices=Sector, blank=True)
    areas = models.ManyToManyField(Place, related_name="people", blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="merged", null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = MemberManager()

    class Meta:
        ordering = ["name", "email"]

    def __str__(self) -> str:
        if self.erased_at:
            return "Somebody who was forgotten"
        return self.name or masked(self.mail_to)

    @property
    def greeting(self) -> str:
        """How a mail begins: the name as given, else nothing."""
        return self.name

    # Rights: computed from today's rows; there is nothing to keep in step.

    @property
    def is_active(self) -> bool:
        return self.erased_at is None

    def remember_rights(self) -> None:
        """Work out once what a page asks dozens of times, for the one request this object lives in."""
        self._remembered: dict[str, Any] = {}

    def remembered(self, name: str, work: Callable[[], T]) -> T:
        """Return what `work` finds out about this member: asked once where rights are remembered, else each time."""
        kept: dict[str, Any] | None = self.__dict__.get("_remembered")
        if kept is None:
            return work()
        if name not in kept:
            kept[name] = work()
        return kept[name]

    @property
    def remembers_rights(self) -> bool:
        return "_remembered" in self.__dict__

    @property
    def is_administrator(self) -> bool:
        return self.remembered("administers", lambda: self.is_active and self.administrations.current().exists())

    @property
    def is_staff(self) -> bool:
        return self.is_active and (self.stewardships.current().exists() or self.is_administrator)

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj=None) -> bool:
        """Screens of the admin ask their own querysets who may see a row; the door is `is_staff`."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def stewarded_partnerships(self) -> models.QuerySet[Partnership]:
        """The partnerships whose people this member manages today (not the listed entries of a region)."""
        if self.remembers_rights:
            return Partnership.objects.filter(pk__in=[partnership.pk for partnership in self.own_partnerships()])
        return self._stewarded()

    def own_partnerships(self) -> list[Partnership]:
        """The same as a list by name, read once where rights are remembered."""
        return self.remembered("stewarded", lambda: list(self._stewarded().order_by("name")))

    def _stewarded(self) -> models.QuerySet[Partnership]:
        held = Stewardship.objects.current().filter(member=self).exclude(partnership=None)
        return Partnership.objects.filter(pk__in=held.values("partnership"))

    @property
    def keeps_a_list(self) -> bool:
        """Whether there are people and newsletters to look after today: an officer of a region has none."""
        kept = self.own_partnerships if self.remembers_rights else self._stewarded().exists
        return self.is_administrator or bool(kept())


class AdministrationQuerySet(models.QuerySet):
    def current(self) -> "AdministrationQuerySet":
        on = today()
        return self.filter(Q(until_on=None) | Q(until_on__gte=on), from_on__lte=on)


class Administration(models.Model):
    """A member keeps the site running (an administrator), from and until a date."""

    privacy = Privacy(kept="member", impersonal="id from_on until_on")

    member = models.ForeignKey(Member, models.PROTECT, related_name="administrations")
    from_on = models.DateField(default=today)
    until_on = models.DateField(null=True, blank=True)
    objects = AdministrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="administration_until_after_from"
            ),
            models.UniqueConstraint(fields=["member"], condition=Q(until_on=None), name="one_open_administration"),
        ]

    def __str__(self) -> str:
        return f"{self.member} is an administrator"

    @property
    def audited_as(self) -> str:
        return "administration"

    @classmethod
    def appoint(cls, member: Member, by: Member | None = None) -> "Administration":
        """Make a member an administrator from today. A second call returns the same row."""
        with transaction.atomic():
            held = cls.objects.current().filter(member=member).first()
            if held:
                return held
            administration = cls.objects.create(member=member)
            Entry.record("appointed an administrator", administration, by=by)
        return administration

    def end(self, by: Member | None = None) -> None:
        """Take the rights away at once: the last day was yesterday. A second call changes nothing."""
        yesterday = today() - timedelta(days=1)
        with transaction.atomic():
            open_row = Administration.objects.current().filter(pk=self.pk)
            if open_row.update(until_on=yesterday, from_on=Least(F("from_on"), Value(yesterday))):
                Entry.record("ended an administrator's appointment", self, by=by)
