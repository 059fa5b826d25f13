"""Nobody real in the demonstration: whoever opens it may sign in as the manager and read every name."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.management.base import CommandError
from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from demo.models import Chapter
from members.models import Consent, Member

PEOPLE = "people"  # the chapter in which the invented people arrive
# Domains that belong to nobody (RFC 2606, RFC 6761).
RESERVED = ("example.org", "example.com", "example.net")
RESERVED_ENDINGS = (".test", ".example", ".invalid", ".localhost")
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class RealPeopleError(CommandError):
    """There are members whose addresses are not invented."""


def real_people() -> QuerySet[Member]:
    """Members whose address could be somebody's.

    On one's own machine people try joining with their own address: who joined through the form since
    the story was told here is a guest of the demonstration, and so is not counted.
    """
    people = Member.objects.filter(erased_at=None).exclude(_invented())
    if settings.SITE_HOST not in THIS_MACHINE:
        return people
    story = Chapter.objects.filter(name=PEOPLE, told_at__lte=OuterRef("joined_at"))
    joined = Consent.objects.filter(member=OuterRef("pk"), how=Consent.How.JOIN)
    return people.exclude(Exists(story) & Exists(joined))


def refusal() -> str:
    """Return why the demonstration stays shut, or nothing."""
    count = real_people().count()
    if not count:
        return ""
    who = "a person whose address is" if count == 1 else f"{count} people whose addresses are"
    return (
        f"This database holds {who} not invented, and in a demonstration anybody could sign in as the manager and see "
        "them. Give the demonstration a database of its own (LCEP_VAR or DATABASE_URL), or start without DEMO."
    )


def refuse_real_people() -> None:
    """Raise RealPeopleError, with a sentence for whoever started it, where somebody real might be met."""
    if reason := refusal():
        raise RealPeopleError(reason)


@register(Tags.database)
def nobody_real(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[Error]:
    """Refuse a database with real members (`check --database default`, and before every migration)."""
    if "default" not in (databases or []):
        return []
    needed = {model._meta.db_table for model in (Member, Consent, Chapter)}
    if not needed <= set(connections["default"].introspection.table_names()):
        return []
    reason = refusal()
    return [Error(reason, id="demo.E001")] if reason else []


def _invented() -> Q:
    invented = Q()
    for domain in RESERVED:
        invented |= Q(email__endswith=f"@{domain}") | Q(email__endswith=f".{domain}")
    for ending in RESERVED_ENDINGS:
        invented |= Q(email__endswith=ending)
    return invented
