"""Moving in: a test to oneself, and once, to everybody who gets the newsletter, that it comes from here now."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lcep import site
from lcep.letters import NEWSLETTERS, SERVICE, Kind, Letter, plain, written
from lcep.site import Task, absolute
from mailings.message import Message
from mailings.models import Delivery, Mailing
from mailings.slots import slot
from members.models import Member
from members.moving_in import people_of
from newsletters import audience
from newsletters.models import Newsletter
from partnerships.models import Partnership

# Who chose the newsletter is told where it comes from now; who did not has no newsletter that could move.
MOVED = Kind(
    "moved",
    "We have moved",
    NEWSLETTERS,
    late_after=timedelta(days=2),
    purpose=audience.PURPOSE,
    when_late="ask",
    in_doubt="ask",
)
TEST = Kind("moving-test", "A test when moving in", SERVICE, late_after=timedelta(hours=6))
STILL_THERE = timedelta(days=90)  # who left within this time is shown as having left


class Telling:
    """ "We have moved", of one partnership: it goes out once, unless it is taken back in time."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership

    @property
    def mailing(self) -> Mailing | None:
        """The one that is planned, on its way or out; none that was taken back."""
        return self._all().exclude(state=Mailing.State.STOPPED, started_at=None).first()

    @property
    def is_tested(self) -> bool:
        """Whether a test was handed over to somebody's mail server."""
        tests = Delivery.objects.filter(mailing__kind=TEST.name, mailing__partnership=self.partnership)
        return tests.filter(state=Delivery.State.SENT).exists()

    @property
    def waits(self) -> str:
        """What has to come first, in a sentence, or ''."""
        if not people_of(self.partnership):
            return "First bring your people."
        if not self.partnership.postal_identity:  # PECR reg. 23: nobody's mail hides who sends it
            return "First say, under “Our mail name”, whose name and address stand under each mail."
        return "" if self.is_tested else "First send a test to yourself, and find it in your inbox."

    def readers(self) -> QuerySet[Member]:
        """Everybody on the list, with the reason of those who do not get it."""
        return audience.of_list(self.partnership, timezone.now() - STILL_THERE)

    def test(self, by: Member) -> None:
        """Send the manager who asks a letter like those to come. Twice within a minute is one."""
        test_letter(self.partnership, by).send()

    def send(self, by: Member) -> Mailing | None:
        """Plan it in two minutes; however often it is pressed there is one. None while something comes first."""
        with transaction.atomic():
            Partnership.objects.select_for_update().get(pk=self.partnership.pk)
            if self.mailing or self.waits:
                return self.mailing
            key = f"moved-{self.partnership.pk}-{self._all().count()}"
            return Mailing.schedule(MOVED, key=key, partnership=self.partnership, subject=subject_of(self), by=by)

    def undo(self, by: Member) -> bool:
        """Take it back before it begins. False when it had begun, or there is nothing to take back."""
        mailing = self.mailing
        return mailing is not None and mailing.undo(by)

    def paragraphs(self) -> list[str]:
        """What it says, besides the greeting and the links."""
        partnership = self.partnership
        return [
            f"{partnership}’s newsletter has a new home. From now on it comes from the address that sent you this. "
            "If your mail program keeps a list of senders it trusts, please put us on it.",
            f"Nothing else changes: about {partnership.newsletters_a_year} newsletters a year, because you chose them.",
            "With the link below you choose what you get, pause it, or leave, each with one press. It works without "
            "signing in, and every mail of ours has it.",
        ]

    def _all(self) -> QuerySet[Mailing]:
        return Mailing.objects.filter(kind=MOVED.name, partnership=self.partnership).order_by("-pk")


def subject_of(telling: Telling) -> str:
    return f"{telling.partnership}: our newsletter has moved"


def readers_of(mailing: Mailing) -> QuerySet[Member]:
    return _telling(mailing).readers()


def moved(mailing: Mailing) -> Message:
    """The message to everybody, with each person's own link to their choices."""
    telling = _telling(mailing)
    partnership = telling.partnership
    context: dict[str, Any] = {
        "partnership": partnership,
        "title": subject_of(telling),
        "paragraphs": telling.paragraphs(),
        "greeting": slot("greeting"),
        "address": slot("address"),
        "choices": slot("choices_url"),
        "page": absolute(partnership.get_absolute_url()),
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
    }
    return Message(
        subject_of(telling),
        plain("email/moved/body.txt", context),
        render_to_string("email/moved/body.html", context),
        partnership=partnership,
        marketing=True,
        purpose=audience.PURPOSE,
    )


def test_letter(partnership: Partnership, to: Member) -> Letter:
    """A test to the manager: what mail of this partnership looks like when it arrives."""
    context = {"partnership": partnership, "paragraphs": Telling(partnership).paragraphs()}
    context["moving_in"] = absolute(reverse("admin:moving_in_tasks", args=[partnership.slug]))
    subject, text, html = written("moving_test", context)
    key = f"moving-test-{partnership.pk}-{to.pk}-{timezone.now():%Y%m%d%H%M}"
    return Letter(TEST, to.mail_to, subject, text, html, member=to, partnership=partnership, key=key)


def tasks_of(request: HttpRequest, partnership: Partnership) -> list[Task]:
    """Every task that an app has put on the shelf, as the rows say it stands."""
    return [part(request, partnership) for part in site.moving_in]


def is_moving_in(partnership: Partnership) -> bool:
    """Whether no newsletter has gone out from here yet: after the first one a partnership lives here."""
    return not Newsletter.objects.filter(partnership=partnership, mailing__started_at__isnull=False).exists()


def past_issues(request: HttpRequest, partnership: Partnership) -> Task:
    brought = partnership.newsletters.filter(published_at__isnull=False).count()
    hint = f"{brought} in your archive" if brought else "Each with its title, its date, and its address or its words"
    return Task("Past newsletters", hint, _screen("past", partnership), bool(brought))


def test_to_me(request: HttpRequest, partnership: Partnership) -> Task:
    is_tested = Telling(partnership).is_tested
    hint = "One was handed over" if is_tested else "A letter of this site to your own inbox"
    return Task("A test to me", hint, _screen("test", partnership), is_tested)


def tell_everyone(request: HttpRequest, partnership: Partnership) -> Task:
    telling = Telling(partnership)
    mailing = telling.mailing
    hint = "Each person gets a link to their own choices"
    waits = "" if mailing else telling.waits
    return Task("Tell everyone we have moved", hint, _screen("telling", partnership), mailing is not None, waits)


def _telling(mailing: Mailing) -> Telling:
    assert mailing.partnership is not None  # a rule of the database: marketing mail has a partnership
    return Telling(mailing.partnership)


def _screen(name: str, partnership: Partnership) -> str:
    return reverse(f"admin:moving_in_{name}", args=[partnership.slug])
