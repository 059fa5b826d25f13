""" "Forget me": what is about a person is emptied, everywhere and at once; what stays says nothing about anybody."""

import secrets

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from lcep import site
from members.models import AddressChange, Consent, Device, JoinRequest, Member, Membership, Suppression
from members.rights.everything import rows_about
from partnerships.models import Enquiry, Organisation
from trust.addresses import key_of
from trust.models import Entry

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
            for key in keys:
                Suppression.add(key, Suppression.Reason.FORGOTTEN)
        for entry in [person, *person.merged.all()]:
            _empty_member(entry)
        Entry.record("forgot", person)
    member.refresh_from_db()


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


def _empty_member(person: Member) -> None:
    organisation = person.organisation
    person.areas.clear()
    person.email, person.mail_to, person.key = f"forgotten-{person.pk}", "", secrets.token_bytes(32)
    person.name = person.sector = ""
    person.organisation, person.last_login = None, None
    person.set_unusable_password()
    person.erased_at = timezone.now()
    person.save()
    if organisation is not None:
        _let_go(organisation)


def _let_go(organisation: Organisation) -> None:
    """Delete an organisation that stood here only because this person typed its name."""
    if organisation.people.exists() or organisation.agreed_on or organisation.source or organisation.line:
        return
    try:
        with transaction.atomic():
            organisation.delete()
    except ProtectedError:
        pass


def _end_sessions(person: Member, addresses: set[str]) -> None:
    """End their sessions, and those in which somebody had begun to sign in with their address."""
    ended = []
    for session in Session.objects.iterator():
        held = session.get_decoded()
        if held.get("_auth_user_id") == str(person.pk) or any(address in repr(held) for address in addresses):
            ended.append(session.session_key)
    for start in range(0, len(ended), 500):
        Session.objects.filter(Q(session_key__in=ended[start : start + 500])).delete()
