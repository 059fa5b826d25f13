"""Who gets the pack: everybody who holds a role in the Steering Group on the day it goes out, substitutes too."""

from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from members.models import Member, Suppression

if TYPE_CHECKING:
    from mailings.models import Mailing


def of(mailing: "Mailing") -> QuerySet[Member]:
    """Return everybody round the table, annotated `excluded` and `slots`."""
    pack = mailing.packs.select_related("meeting__group").get()
    meeting = pack.meeting
    blocked = Suppression.objects.of(OuterRef("key"), meeting.partnership_id)
    reason = Case(
        When(~Q(erased_at=None), then=Value("asked to be forgotten")),
        When(Exists(blocked), then=Value("we do not write to this address")),
        default=Value(""),
        output_field=CharField(),
    )
    people = meeting.group.people().annotate(excluded=reason, slots=JSONObject(meeting=Value(str(meeting.pk))))
    return people.order_by("name", "pk")
