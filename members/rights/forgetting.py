""" "Forget me": what is about a person is emptied, everywhere and at once; what stays says nothing about anybody."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from lcep import site
from members.models import AddressChange, Arrival, Consent, Device, JoinRequest, Member, Membership, Note, Suppression
from members.rights.everything import rows_about
from partnerships.models import Enquiry, Organisation
from trust import lasting
from trust.addresses import key_of
from trust.models import Entry

UNUSABLE = make_password(None)
ENDED = (AddressChange, Device, Enquiry, JoinRequest)  # rows that are worth nothing without their person


def hindrance(member: Member) -> str:
    """Return why somebody cannot be forgotten yet, or '': whoever holds the keys hands them over first."""
    if member.stewardships.current().exists() or member.administrations.current().exists():
        return "You look after other people's data here. Hand that over first; then you can be forgotten."
    return ""


def forget(member: Member, *, suppress: bool = True) -> None:
    """Empty everything about a member and remember only a scrambled form of the address, so that no import brings
    them back. Doing it twice changes nothing. Raises ValueError while they hold the keys (see `hindrance`).
    """
    with transaction.atomic():
        person = Member.objects.select_for_update().get(pk=member.pk)
        if not person.is_active:
            return
        if hindrance(person):
            raise ValueError(hindrance(person))
        keys = _keys(person)
        addresses = {person.email, person.mail_to}
        for membership in Membership.objects.current().filter(member=person):
            membership.leave(how=Consent.How.FORGOTTEN)
        for part in site.forgetting:
            part(person, keys)
        for rows in list(rows_about(person)):
            if rows.model is not Member:
                _empty(rows)
        EmailAddress.objects.filter(user=person).delete()
        Authenticator.objects.filter(user=person).delete()
        _end_sessions(person, addresses)
        if suppress:
            _remember(person, keys)
        for entry in [person, *person.merged.all()]:
            _empty_member(entry)
        Entry.record("forgot", person)
    member.refresh_from_db()


def forget_unused(people: models.QuerySet[Member]) -> None:
    """Empty many members of whom nothing is known yet but what one list said; whoever is more than that, one by one.

    As `forget`, without the suppression: an import is taken back, and they may come with the next.
    """
    deliveries = Member._meta.get_field("deliveries").related_model._default_manager  # type: ignore[union-attr]
    for person in list(people.filter(Exists(deliveries.filter(member=OuterRef("pk"))))):
        forget(person, suppress=False)
    unused = list(people.select_related("organisation"))
    holding = {pk for part in site.still_needed for pk in part().values_list("pk", flat=True)}
    for person in unused:
        if person.pk in holding:
            for part in site.forgetting:
                part(person, [bytes(person.key)])
    organisations = {person.organisation for person in unused if person.organisation}
    for start in range(0, len(unused), 500):
        batch = unused[start : start + 500]
        numbers = [person.pk for person in batch]
        Member.areas.through.objects.filter(member__in=numbers).delete()
        EmailAddress.objects.filter(user__in=numbers).delete()
        for model in (Note, Arrival):
            model.objects.filter(member__in=numbers).forget()
        _blank(Member.objects.filter(pk__in=numbers))
    _let_go(list(organisations))


def _remember(person: Member, keys: list[bytes]) -> None:
    """Keep the scrambled addresses, so that no import brings them back, and the wish, so that no backup does."""
    for key in keys:
        Suppression.add(key, Suppression.Reason.FORGOTTEN)
    lasting.note("forgotten", member=person.pk)


def _keys(person: Member) -> list[bytes]:
    changes = person.address_changes.exclude(confirmed_at=None).values_list("was_email", "email")
    addresses = {person.email} | {address for pair in changes for address in pair if address}
    return sorted(key_of(address) for address in addresses)


def _empty(rows: models.QuerySet) -> None:
    if rows.model in ENDED:
        rows.delete()
    elif hasattr(rows, "forget"):
        rows.forget()
    else:
        changes = {}
        for name in f"{rows.model.privacy.exported} {rows.model.privacy.erased}".split():
            field = rows.model._meta.get_field(name)
            if field.many_to_many:
                getattr(rows.model, name).through.objects.filter(**{rows.model._meta.model_name: rows}).delete()
            elif not field.choices and (value := _nothing(field)) is not Ellipsis:
                changes[name] = value
        if changes:
            rows.update(**changes)


def _nothing(field: models.Field):
    """What an empty field holds; Ellipsis for dates and pointers, which say nothing without their person."""
    if isinstance(field, models.CharField | models.TextField):
        return ""
    if isinstance(field, models.BinaryField):
        return b""
    if isinstance(field, models.JSONField):
        return {}
    return None if field.null and field.is_relation else ...


def _blank(people: models.QuerySet[Member]) -> None:
    people.update(
        email=Concat(Value("forgotten-"), Cast("pk", models.CharField())),
        mail_to="",
        key=b"",
        name="",
        sector="",
        organisation=None,
        last_login=None,
        password=UNUSABLE,
        erased_at=timezone.now(),
    )


def emptied(person: Member) -> None:
    """Empty one entry and the ways to sign in with it, as `forget` does at its end; its rows elsewhere stay."""
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.address_changes.all().delete()
    _empty_member(person)


def _empty_member(person: Member) -> None:
    organisation = person.organisation
    person.areas.clear()
    _blank(Member.objects.filter(pk=person.pk))
    if organisation is not None:
        _let_go([organisation])


def _let_go(organisations: list[Organisation]) -> None:
    """Delete organisations that stood here only because the people now forgotten typed their names."""
    for start in range(0, len(organisations), 200):
        near = [organisation.pk for organisation in organisations[start : start + 200]]
        empty = Organisation.objects.filter(pk__in=near, people=None, agreed_on=None, source="", line="")
        try:
            with transaction.atomic():
                empty.delete()
        except ProtectedError as held:
            kept = {getattr(row, "organisation_id", None) for row in held.protected_objects}
            empty.exclude(pk__in=kept).delete()


def _end_sessions(person: Member, addresses: set[str]) -> None:
    """End their sessions, and those in which somebody had begun to sign in with their address."""
    ended = []
    for session in Session.objects.iterator():
        held = session.get_decoded()
        if held.get("_auth_user_id") == str(person.pk) or any(address in repr(held) for address in addresses):
            ended.append(session.session_key)
    for start in range(0, len(ended), 500):
        Session.objects.filter(Q(session_key__in=ended[start : start + 500])).delete()
