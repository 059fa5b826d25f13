"""Putting a list of people on the mailing list: all or nothing, and the way back."""

from collections.abc import Iterator, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from members import emails, wording
from members.importing.reading import Sheet, sheets
from members.importing.report import HERE, IN_WORDS, NEW, OUT, REFUSED, TWICE, Line, Report
from members.models import (
    Arrival,
    Asking,
    Consent,
    Import,
    JoinRequest,
    Member,
    Membership,
    Purpose,
    Suppression,
    Wording,
)
from members.rights import forgetting
from partnerships.models import Organisation
from trust.models import Entry

BATCH = 500
ASKED_AT_ONCE = 1000


class TooMany(ValueError):
    """More people than are asked at once."""


def report(importing: Import) -> Report:
    """The dry run of a list as it stands. Raises Unreadable."""
    return Report(found(importing), importing.columns, importing.partnership)


def found(importing: Import) -> list[Sheet]:
    return sheets(bytes(importing.content), importing.name)


def carry_out(importing: Import) -> bool:
    """Do what the report says, in one transaction. False when it is done already. Raises Unreadable, TooMany."""
    with transaction.atomic():
        row = Import.objects.select_for_update(of=("self",)).select_related("partnership", "by").get(pk=importing.pk)
        if row.done_at or not row.answer:
            return False
        looked = report(row)
        new = looked.of(NEW)
        if row.answer == Import.Answer.ASK:
            _ask(row, new)
        else:
            _put_on(row, looked, new)
        _stay_out(row, looked.of(OUT))
        row.counts = {outcome: looked.counts[outcome] for outcome in (NEW, HERE, OUT, TWICE, REFUSED)}
        row.done_at = timezone.now()
        row.save(update_fields=["counts", "done_at"])
        Entry.record("brought a list of people along", row, by=row.by, **row.counts)
    cache.delete(_progress_key(importing))
    importing.refresh_from_db()
    return True


def progress(importing: Import) -> int:
    """How many people are through, while a long list is being taken."""
    return cache.get(_progress_key(importing), 0)


def undo(importing: Import, by: Member) -> bool:
    """Take a list back, within a day: whoever came with it and was unknown before is forgotten. False when too late.

    Choices already made stay in the ledger, with the withdrawal after them. Who stays out goes on staying out.
    """
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=importing.pk)
        if not row.can_be_undone:
            return False
        now = timezone.now()
        arrivals = row.arrivals.select_related("membership").order_by("pk")
        for batch in _batches(list(arrivals)):
            _take_off([one.membership for one in batch if one.membership and one.membership.left_at is None], by, now)
        forgetting.forget_unused(_came_only_with(row))
        asked = JoinRequest.objects.open().filter(partnership=row.partnership, asked_by__isnull=False)
        asked.filter(asked_at__gte=row.begun_at or row.made_at).delete()
        row.undone_at, row.content = now, b""
        row.save(update_fields=["undone_at", "content"])
        Entry.record("took a list of people back", row, by=by)
    importing.refresh_from_db()
    return True


def _put_on(row: Import, looked: Report, new: list[Line]) -> None:
    """Make members, memberships and consents in batches; then what other apps read from the list."""
    shown = Wording.of(wording.imported(row.partnership, row.answer))
    organisations = _organisations(row, new)
    done = 0
    for batch in _batches(new):
        known = set(Member.objects.filter(email__in=[line.email for line in batch]).values_list("email", flat=True))
        members = _members(batch, organisations)
        _memberships(row, batch, members, known, shown)
        done += len(batch)
        cache.set(_progress_key(row), done, 3600)
    here = [line for line in looked.lines if line.outcome in (NEW, HERE) and line.more]
    for batch in _batches(here):
        members = Member.objects.in_bulk([line.email for line in batch], field_name="email")
        for extra in looked.extras:
            extra.take([(members[line.email], line.more) for line in batch if not extra.wrong(line.more)], row.by)


def _members(batch: list[Line], organisations: dict[str, Organisation]) -> dict[str, Member]:
    """The members of these lines; who is here already keeps what they told us themselves."""
    made = [
        Member(
            email=line.email,
            mail_to=line.mail_to,
            key=line.key,
            name=line.name,
            organisation=organisations.get(line.organisation.casefold()),
            sector=line.sector,
            password=make_password(None),
        )
        for line in batch
    ]
    Member.objects.bulk_create(made, ignore_conflicts=True)
    members = Member.objects.in_bulk([line.email for line in batch], field_name="email")
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=member, email=email, verified=True, primary=True) for email, member in members.items()],
        ignore_conflicts=True,
    )
    areas = [Member.areas.through(member_id=members[line.email].pk, place_id=line.area) for line in batch if line.area]
    Member.areas.through.objects.bulk_create(areas, ignore_conflicts=True)
    return members


def _memberships(row: Import, batch: list[Line], members: dict[str, Member], known: set[str], shown: Wording) -> None:
    now = timezone.now()
    chosen = {"newsletter_since": now} if row.answer == Import.Answer.SIGNED_UP else {}
    memberships = [
        Membership(member=members[line.email], partnership=row.partnership, joined_at=now, **chosen) for line in batch
    ]
    Membership.objects.bulk_create(memberships)
    if chosen:
        Consent.objects.bulk_create(
            Consent(
                member=members[line.email],
                partnership=row.partnership,
                purpose=Purpose.NEWSLETTER,
                given=True,
                how=Consent.How.IMPORT,
                wording=shown,
                by=row.by,
                at=now,
                asked_at=line.asked_at,
                confirmed_at=line.confirmed_at,
            )
            for line in batch
        )
    Arrival.objects.bulk_create(
        Arrival(importing=row, member=one.member, membership=one, is_new=one.member.email not in known)
        for one in memberships
    )


def _organisations(row: Import, new: list[Line]) -> dict[str, Organisation]:
    """The organisations of a list under the names the partnership knows them by, made where it knows none."""
    wanted = {line.organisation.casefold(): line.organisation for line in new if line.organisation}
    own = Organisation.objects.filter(partnership=row.partnership)
    there = {one.name.casefold() for one in own}
    rows = [Organisation(name=name, partnership=row.partnership) for key, name in wanted.items() if key not in there]
    Organisation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return {one.name.casefold(): one for one in own.all()}


def _ask(row: Import, new: list[Line]) -> None:
    """Ask each of them once whether they want the newsletter; nobody is on the list before they say so."""
    if len(new) > ASKED_AT_ONCE:
        raise TooMany(f"At most {ASKED_AT_ONCE:,} people are asked at once. Bring the list in parts.")
    shown = Wording.of(wording.asking(row.partnership))
    asked = {bytes(key) for key in row.partnership.askings.values_list("key", flat=True)}
    for line in new:
        if line.key in asked:
            continue
        Asking.objects.create(partnership=row.partnership, key=line.key)
        request, _ = JoinRequest.ask(row.partnership, line.mail_to, with_events=False, wording=shown, asked_by=row.by)
        emails.would_you_like(request).send()


def _stay_out(row: Import, lines: Sequence[Line]) -> None:
    """Remember who had left, or whose address failed, before the list moved here: no later list brings them in."""
    reasons = {"left": Suppression.Reason.LEFT, "bounced": Suppression.Reason.BOUNCED}
    rows = [
        Suppression(key=line.key, partnership=row.partnership, reason=reasons[line.gone]) for line in lines if line.gone
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def _take_off(memberships: list[Membership], by: Member, now: Any) -> None:
    withdrawn = [
        Consent(
            member_id=one.member_id,
            partnership_id=one.partnership_id,
            purpose=purpose,
            given=False,
            how=Consent.How.UNDONE,
            by=by,
            at=now,
        )
        for one in memberships
        for purpose in one.chosen
    ]
    Consent.objects.bulk_create(withdrawn)
    nothing = {f"{purpose}_since": None for purpose in Purpose.values}
    Membership.objects.filter(pk__in=[one.pk for one in memberships]).update(left_at=now, shown_since=None, **nothing)


def _came_only_with(row: Import) -> QuerySet[Member]:
    """Whom nothing but this list ties here: no other list, no sign-in, no mail, nothing they hold."""
    mine = Membership.objects.filter(member=OuterRef("pk"))
    came = Member.objects.filter(arrivals__importing=row, arrivals__is_new=True, last_login=None, erased_at=None)
    alone = came.filter(~Exists(mine.exclude(arrivals__importing=row)), stewardships=None, administrations=None)
    return alone.filter(pk__in=alone.values("pk"))


def _batches(rows: list) -> Iterator[list]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _progress_key(importing: Import) -> str:
    return f"import:{importing.pk}"


def in_words(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    """Outcome, number and sentence, for those with anybody in them."""
    return [(outcome, counts[outcome], said) for outcome, said in IN_WORDS.items() if counts.get(outcome)]
