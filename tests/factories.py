"""Rows for tests, with only what their model requires."""

import factory
from django.utils import timezone

from members.models import Consent, Member, Membership, Wording
from partnerships.models import Organisation, Partnership, Place, Region
from pods.models import Group


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["slug"]

    slug = "leeds"
    name = "Leeds"


class PlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Place
        django_get_or_create = ["slug"]

    slug = "leeds"
    name = "Leeds"
    kind = "city"
    region = factory.SubFactory(RegionFactory)


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"partnership-{n}")
    name = factory.LazyAttribute(lambda row: row.slug.title())
    status = "running"
    region = factory.SubFactory(RegionFactory)

    @factory.post_generation
    def places(self, create, extracted, **kwargs):
        self.places.set([PlaceFactory()] if extracted is None else extracted)


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Example School {n}")
    partnership = factory.SubFactory(PartnershipFactory)


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    partnership = factory.SubFactory(PartnershipFactory)
    kind = "pod"
    name = factory.Sequence(lambda n: f"Pod {n}")
    slug = factory.Sequence(lambda n: f"pod-{n}")


def member(address: str, name: str = "") -> Member:
    """Make a member with this address, or give the one there is."""
    made = Member.objects.welcome(address)
    if name and made.name != name:
        made.name = name
        made.save(update_fields=["name"])
    return made


def membership(of: Member, partnership: Partnership, purposes=("newsletter", "notices", "events")) -> Membership:
    return Membership.join(of, partnership, purposes, how=Consent.How.DEMO, wording=Wording.of("Invented."))


def on_the_list(partnership: Partnership, count: int, purposes=("newsletter",)) -> list[Member]:
    """Put `count` members on a list, quickly."""
    people = [member(f"person{n}@{partnership.slug}.example.org", f"Person {n}") for n in range(count)]
    now = timezone.now()
    chosen = {f"{purpose}_since": now for purpose in purposes}
    Membership.objects.bulk_create([Membership(member=m, partnership=partnership, **chosen) for m in people])
    return people
