"""What people agreed to, in which words, and when. Append-only."""

import hashlib

from django.db import models
from django.utils import timezone

from partnerships.models import Partnership
from trust.privacy import IMPERSONAL, Privacy


class Purpose(models.TextChoices):
    """What a membership can be chosen for; marketing mail needs one of these."""

    NEWSLETTER = "newsletter", "Newsletter"
    NOTICES = "notices", "Short notices"
    EVENTS = "events", "Invitations to events"


class Showing(models.TextChoices):
    """What a membership can be chosen to show of a person; kept apart from what is mailed."""

    NETWORK = "network", "Named on the network page"


class Wording(models.Model):
    """The exact words somebody was shown, kept once by their hash."""

    privacy = IMPERSONAL

    sha256 = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()
    first_shown_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.text[:60]

    @classmethod
    def of(cls, text: str) -> "Wording":
        wording, _ = cls.objects.get_or_create(
            sha256=hashlib.sha256(text.encode()).hexdigest(), defaults={"text": text}
        )
        return wording


class ConsentQuerySet(models.QuerySet):
    def for_steward(self, member) -> "ConsentQuerySet":
        if not member.is_authenticated:
            return self.none()
        return self if member.is_administrator else self.filter(partnership__in=member.stewarded_partnerships())

    def forget(self) -> int:
        """Nothing: the ledger holds no name and no address, and the row it points to has been emptied."""
        return 0


class Consent(models.Model):
    """One choice somebody made: given or withdrawn, how, when, and in which wording. Never changed, never deleted:
    the database refuses both (members.ledger).

    Holds ids, hashes and versions, never a name, an address or free text (ICO: who, when, how, what
    they were told). "Forget me" empties the Member row it points to.
    """

    privacy = Privacy(exported="partnership purpose given how at wording asked_at confirmed_at", kept="id member by")

    class How(models.TextChoices):
        """Each label goes on after "You" and after "They"."""

        JOIN = "join", "joined on the website"
        CHOICES = "choices", "chose on the page of choices"
        OWN_PAGE = "own-page", "chose on the page of one's own, signed in"
        ONE_CLICK = "one-click", "pressed unsubscribe in a mail program"
        NOT_ME = "not-me", "pressed “it was not me”"
        PAPER = "paper", "signed up on paper"
        IMPORT = "import", "came with the list"
        UNDONE = "undone", "were taken off because the import was taken back"
        MERGED = "merged", "were on the list twice, and the two entries became one"
        FORGOTTEN = "forgotten", "asked to be forgotten"
        RESTORED = "restored", "had chosen so before a backup was brought back"
        DEMO = "demo", "were invented for the demonstration"

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="consents")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=[*Purpose.choices, *Showing.choices])
    given = models.BooleanField()
    how = models.CharField(max_length=12, choices=How)
    wording = models.ForeignKey(Wording, models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey("members.Member", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField("signed up, says the file it came with", null=True)
    confirmed_at = models.DateTimeField("confirmed, says the file it came with", null=True)
    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["member", "partnership", "purpose", "at"])]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {'given' if self.given else 'withdrawn'}"
