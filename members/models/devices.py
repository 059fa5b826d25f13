"""The devices a member is signed in on, so that they can see them and sign out one they lost."""

import re

from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from members.models.members import Member
from trust.privacy import Privacy

BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "a Chromebook"), ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


class DeviceQuerySet(models.QuerySet):
    def signed_in(self) -> "DeviceQuerySet":
        """Those whose session lives."""
        alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
        return self.filter(Exists(alive))

    def over(self) -> "DeviceQuerySet":
        return self.exclude(pk__in=self.signed_in().values("pk"))


class Device(models.Model):
    """A session and what opened it, in two words; neither the network nor the whole user agent is kept."""

    privacy = Privacy(exported="browser signed_in_at", erased="session_key", kept="id member")

    member = models.ForeignKey(Member, models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60)
    signed_in_at = models.DateTimeField(default=timezone.now)
    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_in_at"]

    def __str__(self) -> str:
        return self.browser

    @classmethod
    def note(cls, member: Member, session_key: str, user_agent: str) -> None:
        cls.objects.update_or_create(
            session_key=session_key, defaults={"member": member, "browser": in_words(user_agent)}
        )

    def sign_out(self) -> None:
        """End the session of this device. Twice changes nothing."""
        with transaction.atomic():
            Session.objects.filter(session_key=self.session_key).delete()
            Device.objects.filter(pk=self.pk).delete()


def in_words(user_agent: str) -> str:
    """Return "Firefox on Windows" of what a browser says of itself; "A browser" where it says nothing we know."""
    agent = user_agent[:500]
    browser = next((name for mark, name in BROWSERS if re.search(rf"\b{mark}/", agent)), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def sign_out_everywhere(member: Member, but: str = "") -> None:
    """End every session of a member (but one), noted as a device or not. Twice changes nothing."""
    ended = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but).iterator()
        if session.get_decoded().get("_auth_user_id") == str(member.pk)
    ]
    with transaction.atomic():
        for start in range(0, len(ended), 500):
            Session.objects.filter(session_key__in=ended[start : start + 500]).delete()
        member.devices.exclude(session_key=but).delete()
