"""What to look at before a short notice goes out, and how many are left this month."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from django.urls import reverse

from lcep.site import today
from newsletters.check.finding import Finding
from newsletters.check.wording import PLACEHOLDER
from newsletters.models import Notice, Story
from newsletters.models.notices import A_MONTH
from newsletters.notices import mail
from newsletters.sorting import Sorted, people
from partnerships.models import Partnership

ORDINALS = {1: "first", 2: "second"}


class NoticeCheck:
    """All findings on stories that are to go out together, those that bar the way first."""

    def __init__(self, partnership: Partnership, stories: list[Story]) -> None:
        self.partnership, self.stories = partnership, stories

    @cached_property
    def sent(self) -> int:
        """How many have been sent this calendar month, or are on their way."""
        return Notice.objects.standing().filter(partnership=self.partnership).in_month(today()).count()

    @property
    def is_full(self) -> bool:
        return self.sent >= A_MONTH

    @property
    def count_in_words(self) -> str:
        """Return "The second of two this month", or when there may be another."""
        if self.is_full:
            return f"Both short notices of {today():%B} have gone out. The next can go from {_next_month():%A %-d %B}."
        return f"The {ORDINALS[self.sent + 1]} of two this month."

    @cached_property
    def settled(self) -> Sorted:
        """Who gets it, and who not and why."""
        return Sorted.of(mail.people(self.partnership))

    @cached_property
    def people(self) -> int:
        return self.settled.count

    @property
    def people_in_words(self) -> str:
        return people(self.people)

    @cached_property
    def findings(self) -> list[Finding]:
        found = [*self._month(), *self._nobody(), *self._stories(), *self._identity()]
        return sorted(found, key=lambda finding: not finding.bars)

    @property
    def bars(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.bars]

    @property
    def advice(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.bars]

    def _month(self) -> Iterator[Finding]:
        if self.is_full:
            yield Finding(self.count_in_words, bars=True)

    def _nobody(self) -> Iterator[Finding]:
        if not self.people:
            yield Finding("Nobody has chosen short notices yet, so there is nobody to send it to.", bars=True)

    def _stories(self) -> Iterator[Finding]:
        for story in self.stories:
            where = reverse("admin:newsletters_story_change", args=[story.pk])
            if left := PLACEHOLDER.search(f"{story.title}\n{story.text}"):
                yield Finding(f"“{story.title}”: “{left.group()[:40]}” is still in.", where, bars=True)
            if story.closes_on == today():
                yield Finding(f"“{story.title}” closes today.", where)
            if any(told.notice.is_published for told in story.told.all()):
                yield Finding(f"“{story.title}” has been in a short notice before.", where)

    def _identity(self) -> Iterator[Finding]:
        where = reverse("admin:partnerships_partnership_change", args=[self.partnership.pk])
        if not self.partnership.postal_identity:
            yield Finding("The foot of the mail does not say where you are. Add your postal address.", where)
        if not self.partnership.mailbox:
            yield Finding("Nobody reads the answers to this mail. Add the mailbox you read.", where)


def _next_month() -> date:
    day = today().replace(day=1)
    return day.replace(year=day.year + 1, month=1) if day.month == 12 else day.replace(month=day.month + 1)
