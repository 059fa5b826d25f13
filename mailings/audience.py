"""The people of a mailing list, each with the reason why a mailing leaves them out."""

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from members.models import Member, Membership, Suppression
from partnerships.models import Partnership


def on_the_list(partnership: Partnership, purpose: str) -> QuerySet:
    """Return everybody on the partnership's list, annotated `excluded`: empty, or why they do not get this.

    The same rule is asked again when each mail is handed over (`cycle`): who leaves in between gets nothing.
    """
    here = Membership.objects.current().filter(member=OuterRef("pk"), partnership=partnership)
    chosen = here.filter(**{f"{purpose}_since__lte": Now()})
    receiving = Membership.objects.receiving(purpose).filter(member=OuterRef("pk"), partnership=partnership)
    blocked = Suppression.objects.of(OuterRef("key"), partnership)
    return Member.objects.filter(Exists(here)).annotate(
        excluded=Case(
            When(~Q(erased_at=None), then=Value("asked to be forgotten")),
            When(Exists(blocked), then=Value("we do not write to this address")),
            When(Exists(receiving), then=Value("")),
            When(~Exists(chosen), then=Value("did not choose this")),
            default=Value("on pause"),
            output_field=CharField(),
        )
    )
