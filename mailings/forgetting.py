"""What the sender forgets of a member: every delivery to one of their addresses, and mails written to them alone."""

from django.db.models import Exists, OuterRef, Q

from mailings.models import Delivery, Mailing, Rendition
from members.models import Member


def forget(member: Member, keys: list[bytes]) -> None:
    """Empty deliveries, known to be theirs or only sent to their address, and the text of mails nobody else got."""
    theirs = Delivery.objects.filter(Q(member=member) | Q(key__in=keys))
    others = Delivery.objects.filter(mailing=OuterRef("pk")).exclude(pk__in=theirs.values("pk"))
    alone = Mailing.objects.filter(~Exists(others), marketing=False, pk__in=theirs.values("mailing"))
    Rendition.objects.filter(pk__in=list(alone.values_list("rendition", flat=True))).update(body=b"")
    Mailing.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(subject="")
    theirs.filter(state=Delivery.State.HANDED).update(slots={})
    Delivery.objects.filter(pk__in=list(theirs.values_list("pk", flat=True))).forget()
