"""Two entries that turn out to be one person become one; nothing either agreed to is lost."""

from django.db import transaction
from django.utils import timezone

from lcep import site
from members.models import Consent, Member, Membership
from members.models.devices import sign_out_everywhere
from members.rights import forgetting
from trust.models import Entry


def hindrance(kept: Member, gone: Member, by: Member) -> str:
    """Return why these two cannot become one by this manager's hand, or ''."""
    if kept.pk == gone.pk:
        return "That is the same entry."
    if forgetting.hindrance(gone):
        return "The other entry looks after people's data here. Keep that one instead."
    lists = Membership.objects.filter(member=gone)  # those they left as well: what they did there would move too
    if not by.is_administrator and lists.exclude(partnership__in=by.stewarded_partnerships()).exists():
        return "The other entry is, or was, on a list you do not manage. Ask whoever looks after this site."
    return next((why for part in site.barring if (why := part(gone, by))), "")


def merge(kept: Member, gone: Member, by: Member) -> None:
    """Put what one entry has to the other, and empty it. The ledger stays as it was written; a second call changes
    nothing. Raises ValueError where there is a hindrance.
    """
    with transaction.atomic():
        gone = Member.objects.select_for_update().get(pk=gone.pk)
        if gone.merged_into_id == kept.pk:
            return
        if hindrance(kept, gone, by):
            raise ValueError(hindrance(kept, gone, by))
        for row in Membership.objects.current().filter(member=gone).select_related("partnership"):
            chosen = row.chosen
            row.leave(how=Consent.How.MERGED, by=by)
            already = Membership.objects.current().filter(member=kept, partnership=row.partnership).exists()
            wanted = [] if already else chosen  # who chose less on the entry that stays is not sent more
            Membership.join(kept, row.partnership, wanted, how=Consent.How.MERGED, wording=None, by=by)
        for part in site.merging:
            part(kept, gone)
        gone.notes.update(member=kept)
        kept.name = kept.name or gone.name
        kept.organisation = kept.organisation or gone.organisation
        kept.sector = kept.sector or gone.sector
        kept.save(update_fields=["name", "organisation", "sector"])
        kept.areas.add(*gone.areas.all())
        sign_out_everywhere(gone)
        forgetting.emptied(gone)
        Member.objects.filter(pk=gone.pk).update(merged_into=kept, erased_at=timezone.now())
        Entry.record("made two entries one", kept, by=by)
