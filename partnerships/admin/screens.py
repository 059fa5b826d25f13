"""What the directory's screens share: plain errors, roomy fields, doors, buttons and "How do I…"."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import InlineForeignKeyField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from partnerships.models import Partnership, Place, Region
from trust.admin import Walled, is_steward
from trust.text import cleaned, one_line

ROOMY = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})},
    # People type leeds33.com: the address is taken to be https.
    models.URLField: {"assume_scheme": "https", "widget": forms.URLInput(attrs={"class": "vURLField"})},
}
WHERE_FROM = (
    "Where do we know this from?",
    {
        "fields": ["source", "last_confirmed_on"],
        "description": "Public facts carry their source, and the day somebody last looked whether they still hold.",
    },
)
SOURCE = "An address or a title, like: leeds33.com/about, or: Annual report 2025, page 4"


# What a rule of the database says when a form would break it, by the name of the constraint.
RULES = {
    "one_organisation_per_name": "You have an organisation of this name already: look for it in the list",
    "one_priority_per_title": "There is a priority of this title already: look for it in the list",
    "priority_until_after_from": "“Until” lies before “Since”: look at both days",
    "one_programme_per_name": "This region has a programme of this name already: look for it in the list",
    "one_link_per_kind": "There is a link to this place already: change that one",
    "one_row_per_name": "This name stands here already",
    "six_half_terms_a_year": "This half term of that school year stands here already",
}


@dataclass(frozen=True)
class Door:
    """A link or (`is_press`) a button that stands above a screen's form."""

    label: str
    href: str
    is_press: bool = False


class PlainForm(forms.ModelForm):
    """A form whose errors say what to do, and whose texts hold nothing unseen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            verb = "choose" if isinstance(field, forms.ChoiceField) or hasattr(field, "queryset") else "fill it in"
            field.error_messages["required"] = f"“{field.label}” is empty: {verb}{' one' if verb == 'choose' else ''}"
            field.error_messages["invalid_choice"] = f"“{field.label}”: choose one from the list"

    def _get_validation_exclusions(self) -> set[str]:
        """Whose row it is, is only shown once the row is made; rules that name the owner hold all the same."""
        excluded = super()._get_validation_exclusions()
        return excluded - {"partnership", "region"} if self.instance.pk else excluded

    def validate_unique(self) -> None:
        """Ask also the rules that name the row above an inline one: Django leaves those to the database."""
        super().validate_unique()
        above = {name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)}
        for rule in self.instance._meta.constraints:
            if above & set(getattr(rule, "fields", ())):
                try:
                    rule.validate(type(self.instance), self.instance, exclude=self._get_validation_exclusions())
                except ValidationError as error:
                    self.add_error(None, RULES.get(rule.name, error))

    def _update_errors(self, errors: ValidationError) -> None:
        """Let a broken rule of the database speak in our words."""
        if broken := getattr(errors, "error_dict", {}).get(NON_FIELD_ERRORS):
            errors.error_dict[NON_FIELD_ERRORS] = [self._in_words(error) for error in broken]
        super()._update_errors(errors)

    def _in_words(self, error: ValidationError) -> ValidationError:
        """Find the rule by the fields it names (a plain unique rule) or by its name (Django's own words hold it)."""
        fields = (error.params or {}).get("unique_check") or ()
        for rule in self.instance._meta.constraints:
            if (fields and getattr(rule, "fields", ()) == tuple(fields)) or f"“{rule.name}”" in str(error.message):
                return ValidationError(RULES.get(rule.name, error.message))
        return error

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                long = isinstance(self.fields[name].widget, forms.Textarea)
                self.cleaned_data[name] = cleaned(value) if long else one_line(value)


class Screen(Walled):
    """A screen of the directory. `how_do_i` answers, in pairs, what people ask on it."""

    form = PlainForm
    formfield_overrides = ROOMY
    change_form_template = "desk/partnerships/change.html"
    change_list_template = "desk/partnerships/list.html"
    how_do_i: tuple[tuple[str, str], ...] = ()
    nothing_yet = "Nothing is here yet."
    added_in_rows = True  # people often add several of these, one after the other

    def doors(self, request: HttpRequest, obj: Any) -> list[Door]:
        """What else can be done with this row."""
        return []

    def help(self, request: HttpRequest, obj: Any) -> tuple[tuple[str, str], ...]:
        """What people ask on this form."""
        return self.how_do_i

    def list_doors(self, request: HttpRequest) -> list[Door]:
        """What else can be done from the list."""
        return []

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context |= {"how_do_i": self.help(request, obj), "doors": self.doors(request, obj) if obj else []}
        context["show_save_and_add_another"] = self.added_in_rows and self.has_add_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {"how_do_i": self.how_do_i, "doors": self.list_doors(request), "nothing_yet": self.nothing_yet}
        return super().changelist_view(request, more | (extra_context or {}))

    def address(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)


class OfPartnership(Screen):
    """Rows of one partnership that carry a source."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Choose the partnership once, when the row is made; with only one to choose, it is chosen already."""
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("partnership"):
            field.required, field.empty_label = True, None
            unlinked(field)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["partnership"] if obj else [])]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """A manager of one partnership need not read its name in every line."""
        shown = list(super().get_list_display(request))
        several = keeps_a_region(request) or Partnership.objects.for_steward(request.user)[:2].count() > 1
        return shown if several else [name for name in shown if name != "partnership"]


class Placed(Screen):
    """Rows with places: a tick beside each place of the regions one looks after."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Place:
            regions = Partnership.objects.for_steward(request.user).values("region")
            mine = models.Q(region__in=regions) | models.Q(region__in=Region.objects.for_steward(request.user))
            kwargs |= {"queryset": Place.objects.filter(mine), "widget": forms.CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        for name in {"places", "areas"} & set(form.base_fields):
            unlinked(form.base_fields[name])
        return form


class OfRegion(Screen):
    """Rows of a region, kept by its officer and by administrators. For a manager there is no such screen."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["region"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if field := form.base_fields.get("region"):
            field.empty_label = None
            unlinked(field)
        return form

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_a_region(request) and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_a_region(request) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return keeps_a_region(request)


def keeps_a_region(request: HttpRequest) -> bool:
    """Whether an officer or an administrator is asking; worked out once a request."""
    if not hasattr(request, "keeps_a_region"):
        request.keeps_a_region = is_steward(request) and Region.objects.for_steward(request.user).exists()
    return request.keeps_a_region


def unlinked(field: Any) -> None:
    """Take Django's small picture links (add, change, view) away from a choice."""
    for name in ("can_add_related", "can_change_related", "can_view_related", "can_delete_related"):
        setattr(field.widget, name, False)
