"""Everything this site holds about one member, found through what every model says of its fields.

A model declares in `privacy` which of its fields are about a person and which foreign key names that person
(`subject`). Nothing here knows the apps above: they are found in Django's own register.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from members.models import JoinRequest, Member
from partnerships.models import Enquiry
from trust.addresses import compared
from trust.privacy import Privacy

# Rows that name their person by an address, because they were written before anybody knew them.
BY_ADDRESS = {Enquiry: "email", JoinRequest: "email"}


def personal() -> Iterator[tuple[type[models.Model], Privacy]]:
    """Yield each model that holds something about a person, with its declaration."""
    for model in apps.get_models():
        privacy = getattr(model, "privacy", None)
        if isinstance(privacy, Privacy) and (privacy.exported or privacy.erased):
            yield model, privacy


def rows_about(member: Member) -> Iterator[models.QuerySet]:
    """Yield the rows about a member, model by model; rows of entries merged into theirs too."""
    entries = [member, *member.merged.all()]
    for model, privacy in personal():
        about = Q()
        if model is Member:
            about |= Q(pk__in=[entry.pk for entry in entries])
        elif privacy.subject in {field.name for field in model._meta.fields}:
            about |= Q(**{f"{privacy.subject}__in": entries})
        if model in BY_ADDRESS:
            about |= Q(**{f"{BY_ADDRESS[model]}__in": _spellings(model, BY_ADDRESS[model], member)})
        if about:
            yield model._default_manager.filter(about)


def of(member: Member) -> list[dict[str, Any]]:
    """Return everything about a member as plain data: what it is, and rows of label and value."""
    found = []
    for rows in rows_about(member):
        fields = [rows.model._meta.get_field(name) for name in rows.model.privacy.exported.split()]
        told = [{_label(field): _value(row, field) for field in fields} for row in rows.order_by("pk")]
        if told and fields:
            found.append({"what": str(rows.model._meta.verbose_name_plural), "rows": told})
    return found


def _spellings(model: type[models.Model], field: str, member: Member) -> list[str]:
    """The ways in which an address stands in a table: compared, as its owner writes it, or as somebody typed it."""
    if not member.email or not member.is_active:
        return []
    domain = member.email.rpartition("@")[2]
    typed = model._default_manager.filter(**{f"{field}__icontains": member.email.partition("@")[0]})
    near = set(typed.values_list(field, flat=True))
    return [member.email, member.mail_to, *(text for text in near if domain and _same(text, member.email))]


def _same(text: str, email: str) -> bool:
    try:
        return compared(text) == email
    except ValidationError:
        return False


def _label(field: Any) -> str:
    return str(getattr(field, "verbose_name", field.name))


def _value(row: models.Model, field: Any) -> Any:
    """A value as a person reads it and JSON keeps it."""
    if field.many_to_many:
        return [str(one) for one in getattr(row, field.name).all()]
    value = getattr(row, field.name)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return getattr(value, "text", "") or str(value)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return value if isinstance(value, bool | int | float | list | dict) or value is None else str(value)
