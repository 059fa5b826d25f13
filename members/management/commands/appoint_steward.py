"""manage.py appoint_steward EMAIL SLUG: let somebody manage a partnership, or the listed entries of a region."""

from difflib import get_close_matches
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.appointing import member_at, what_comes_next
from partnerships.models import Partnership, Region, Stewardship


class Command(BaseCommand):
    help = "Appoint the manager of a partnership (or, with a region's slug, of its listed entries) from today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument(
            "slug", metavar="SLUG", help="The last part of its address, like leedscep; london: its officer"
        )
        parser.add_argument(
            "--region", action="store_true", help="SLUG is a region's, also where a partnership has the same"
        )

    def handle(self, *args: Any, email: str, slug: str, region: bool, **options: Any) -> None:
        managed = _found(Region if region or _is_only_a_region(slug) else Partnership, slug)
        member = member_at(email)
        field = "region" if isinstance(managed, Region) else "partnership"
        held = member.stewardships.current().filter(**{field: managed}).exists()
        stewardship = Stewardship.appoint(member, managed)
        since = f"{stewardship.from_on:%-d %B %Y}"
        what = f"the listed entries of {managed}" if isinstance(managed, Region) else str(managed)
        self.stdout.write(
            f"{member.mail_to} managed {what} already, since {since}."
            if held
            else f"{member.mail_to} manages {what} from today, {since}."
        )
        self.stdout.write(what_comes_next())


def _is_only_a_region(slug: str) -> bool:
    """Whether SLUG names a region and no partnership, so that nobody need know the option."""
    return Region.objects.filter(slug=slug).exists() and not Partnership.objects.filter(slug=slug).exists()


def _found(model: type[Partnership] | type[Region], slug: str) -> Partnership | Region:
    found = model.objects.filter(slug=slug).first()
    if found:
        return found
    former = Partnership.objects.filter(names__slug=slug).first() if model is Partnership and slug else None
    if former:
        raise CommandError(f"{slug!r} is an old address of {former}. Its slug now is {former.slug!r}.")
    slugs = list(model.objects.values_list("slug", flat=True))
    near = get_close_matches(slug, slugs, n=3)
    hint = (
        f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(sorted(slugs)[:40]) or 'none yet'}."
    )
    raise CommandError(f"There is no {model._meta.verbose_name} with the slug {slug!r}. {hint}")
