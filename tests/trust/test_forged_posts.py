"""A form changes what it shows and nothing else, whatever is posted with it (CVE-2026-4292, -4277, -87975)."""

import pytest
from django.db import models, transaction
from django.urls import reverse

from partnerships.models import Link, Partnership, PartnershipName
from pods.models import Appointment
from tests import factories
from tests.test_permissions import TABLE
from tests.trust.attacks import Forms, rows_of
from trust.admin import desk

pytestmark = pytest.mark.once

# What a saved form may move beside its own fields: the marks of the save itself.
MARKS = {"version", "edited_at", "edited_by_id", "changed_at", "updated_at", "seeded", "last_confirmed_on"}


@pytest.fixture
def theirs(elsewhere, cy, eve):
    """Eve's partnership with a row of each kind that stands inside another's form."""
    group = factories.GroupFactory(partnership=elsewhere)
    Appointment.appoint(cy, group, Appointment.Role.LEAD)
    PartnershipName.objects.create(partnership=elsewhere, name="Former", slug="former")
    Link.objects.create(partnership=elsewhere, kind="instagram", url="https://instagram.example/theirs")
    return elsewhere


def screens(kind: str) -> list[type[models.Model]]:
    """The models whose screen on the desk a manager may send."""
    name = "admin:{}_{}_" + kind
    return [
        model
        for model in desk._registry
        if TABLE[name.format(model._meta.app_label, model._meta.model_name)][1][3] in {"ok", "go", "er"}
    ]


def address(model, kind: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def standing(page) -> dict[str, list[str]]:
    """Every form of a page as it stands."""
    return {name: values for form in Forms(page.content.decode()).found for name, values in form.as_it_stands().items()}


def forged(field: models.Field, theirs, eve) -> dict[str, str]:
    """What a forger posts for one field: of another partnership, or simply different."""
    if field.is_relation:
        pk = {"Partnership": theirs.pk, "Member": eve.pk}.get(field.related_model.__name__, 1)
        return {field.name: str(pk), f"{field.name}_id": str(pk)}
    if field.choices:
        return {field.name: str(list(field.flatchoices)[-1][0])}
    if isinstance(field, models.BooleanField):
        return {field.name: "on"}
    if isinstance(field, models.DateTimeField):
        return {field.name: "2020-01-01 10:00", f"{field.name}_0": "2020-01-01", f"{field.name}_1": "10:00"}
    if isinstance(field, models.DateField):
        return {field.name: "2020-01-01"}
    return {field.name: "7" if isinstance(field, models.IntegerField) else "forged"}


EVERYBODYS = {"is_staff": "on", "is_superuser": "on", "groups": "1", "user_permissions": "1", "sent_at": "2020-01-01"}


def test_no_field_that_a_form_does_not_show_is_changed_by_posting_it(things, as_member, dee, eve, theirs):
    client, before, wrong, saved = as_member(dee), rows_of(theirs), [], 0
    for model in screens("change"):
        pk = things[f"admin:{model._meta.app_label}_{model._meta.model_name}_change: object_id"]
        page = client.get(address(model, "change", pk))
        if "adminform" not in (page.context or {}):
            continue  # a screen of its own, which reads a form of its own: walked below
        shown = set(page.context["adminform"].form.fields)
        said = standing(page)
        hidden = [field for field in model._meta.fields if field.name not in shown]
        for field in hidden:
            said |= forged(field, theirs, eve)
        row = model._base_manager.filter(pk=pk).values(*(field.attname for field in hidden))
        was = row.get()
        with transaction.atomic():
            answer = client.post(address(model, "change", pk), said | EVERYBODYS)
            saved += answer.status_code == 302
            moved = {name for name, value in row.get().items() if value != was[name]} - MARKS
            if moved or rows_of(theirs) != before:
                wrong.append((model.__name__, moved))
            transaction.set_rollback(True)
    assert wrong == []
    assert saved >= 4, "forms must be taken, or the test says nothing"
    dee.refresh_from_db()
    assert not dee.is_superuser


def test_no_row_is_added_to_another_partnership(as_member, dee, theirs, leeds, pod):
    client, before, wrong = as_member(dee), rows_of(theirs), []
    for model in screens("add"):
        page = client.get(address(model, "add"))
        said = {
            name: [value for value in control.offered if value][-1:] or ["Forged"]
            for form in Forms(page.content.decode()).found
            for name, control in form.controls.items()
        }
        said |= {"partnership": str(theirs.pk), "group": str(theirs.groups.get().pk), "for": theirs.slug} | EVERYBODYS
        for where in (address(model, "add"), f"{address(model, 'add')}?for={theirs.slug}&partnership={theirs.pk}"):
            with transaction.atomic():
                client.post(where, said)
                if rows_of(theirs) != before:
                    wrong.append(where)
                transaction.set_rollback(True)
    assert wrong == []


def test_a_row_of_another_partnership_is_not_reached_through_the_rows_inside_a_form(as_member, dee, theirs, leeds, pod):
    """Formsets: the number of somebody else's row in `…-0-id`, deleted or changed."""
    client, tried = as_member(dee), 0
    for owner, inline, other in (
        (leeds, "names", PartnershipName.objects.get(partnership=theirs)),
        (leeds, "links", Link.objects.get(partnership=theirs)),
        (pod, "appointments", Appointment.objects.get(group__partnership=theirs)),
    ):
        page = client.get(address(type(owner), "change", owner.pk))
        assert f'name="{inline}-TOTAL_FORMS"' in page.content.decode(), inline
        controls = standing(page)
        was = type(other).objects.filter(pk=other.pk).values().get()
        row = {f"{inline}-0-{name}": "forged" for name in was} | {f"{inline}-0-id": other.pk}
        counts = {f"{inline}-TOTAL_FORMS": "1", f"{inline}-INITIAL_FORMS": "1"}
        for more in ({}, {f"{inline}-0-DELETE": "on"}):
            client.post(address(type(owner), "change", owner.pk), controls | counts | row | more)
            assert type(other).objects.filter(pk=other.pk).values().get() == was, (inline, more)
            tried += 1
    assert tried == 6


def test_a_form_that_says_it_carries_a_billion_rows_makes_a_hundred(as_member, dee, leeds, pod):
    client = as_member(dee)
    for owner, inline in ((pod, "appointments"), (leeds, "links")):
        where = address(type(owner), "change", owner.pk)
        answer = client.post(where, standing(client.get(where)) | {f"{inline}-TOTAL_FORMS": str(10**9)})
        formsets = {each.formset.prefix: each.formset for each in answer.context["inline_admin_formsets"]}
        assert answer.status_code == 200 and len(formsets[inline].forms) <= 120


def test_no_list_deletes_or_edits_what_was_ticked(as_member, dee, theirs, leeds, pod):
    """CVE-2026-4292: rows edited in the list; forged ticks in front of an action that is not offered."""
    client = as_member(dee)
    for model, screen in desk._registry.items():
        assert not screen.list_editable
        before = model._base_manager.count()
        ticked = list(model._base_manager.values_list("pk", flat=True))[:50]
        client.post(
            address(model, "changelist"),
            {
                "action": "delete_selected",
                "_selected_action": ticked,
                "post": "yes",
                "form-TOTAL_FORMS": 1,
                "form-INITIAL_FORMS": 1,
                "form-0-id": ticked[:1],
            },
        )
        assert model._base_manager.count() == before, model
    answer = client.post(
        address(Partnership, "changelist"), {"action": "still_right_today", "_selected_action": "\0", "index": "0"}
    )
    assert answer.status_code == 400
