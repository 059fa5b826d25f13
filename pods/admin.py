"""The manager's screen of the groups: what they are for, and who was appointed to what. Never the Executive."""

from itertools import combinations
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from lcep import site
from lcep.site import today
from members.models import Member, Membership
from pods.models import Appointment, Group
from pods.terms import meet
from trust.admin import Rows, Walled, desk
from trust.models import Entry


class Working(admin.SimpleListFilter):
    title = "at work"
    parameter_name = "work"

    def lookups(self, request, model_admin):
        return [("finished", "Finished"), ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "At work now"}, *others]

    def queryset(self, request, queryset):
        if self.value() == "finished":
            return queryset.filter(until_on__lt=today())
        return queryset if self.value() == "all" else queryset.exclude(until_on__lt=today())


class AppointmentForm(forms.ModelForm):
    """An appointment that has begun keeps its person and role; another person is another appointment."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("member", "role"):
                self.fields[name].disabled = True


class AppointmentFormSet(forms.BaseInlineFormSet):
    """All appointments of a group at once, so that one chair may hand over to the next on the same page.

    Django's forms leave out rules over the row they stand in, so these two are asked here.
    """

    def clean(self) -> None:
        super().clean()
        filled = [form for form in self.forms if form.is_valid() and form.cleaned_data.get("member")]
        said = [form.cleaned_data for form in filled if not form.instance.taken_back_on]
        for one, other in combinations([row for row in said if row.get("since")], 2):
            if not meet((one["since"], one["until_on"]), (other["since"], other["until_on"])):
                continue
            if one["role"] == other["role"] == Appointment.Role.CHAIR:
                raise forms.ValidationError("There is a chair already; give that one a last day first.")
            if (one["member"], one["role"]) == (other["member"], other["role"]):
                raise forms.ValidationError(f"{one['member']} would hold the same role twice.")


class Appointments(Rows):
    """Who holds, or held, a role in this group, from when to when."""

    model = Appointment
    form = AppointmentForm
    formset = AppointmentFormSet
    fk_name = "group"
    fields = ["member", "role", "since", "term_ends", "until_on", "end_reason", "is_public", "line"]
    can_delete = False
    verbose_name = "appointment"
    ordering = ["until_on", "since"]

    def get_formset(self, request: HttpRequest, obj: Group | None = None, **kwargs: Any) -> Any:
        self.partnership_id = obj.partnership_id if obj else None
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(group__in=Group.objects.for_steward(request.user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the people of this partnership: those on its list, and those appointed here before."""
        if db_field.name == "member":
            on_the_list = Membership.objects.current().filter(partnership=self.partnership_id)
            appointed = Appointment.objects.filter(group__partnership=self.partnership_id)
            people = Member.objects.for_steward(request.user)
            kwargs["queryset"] = people.filter(pk__in=on_the_list.values("member")) | people.filter(
                pk__in=appointed.values("member")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class GroupForm(forms.ModelForm):
    """A group whose rules are asked in words, those too that name what the form only shows."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded = super()._get_validation_exclusions()
        return excluded - {"partnership", "kind"} if self.instance.pk else excluded


@admin.register(Group, site=desk)
class GroupAdmin(Walled):
    """The groups a manager looks after."""

    form = GroupForm
    list_display = ["name", "kind", "partnership", "priority", "people", "leaders", "who"]
    list_filter = [Working]
    list_select_related = ["partnership", "priority"]
    ordering = ["name"]
    search_fields = ["name", "purpose"]
    search_help_text = "A name, or words of its purpose"
    fieldsets = [
        (None, {"fields": ["partnership", "kind", "name", "slug", "purpose", "priority", "parent"]}),
        ("Joining and meeting", {"fields": ["joining", "gap_min", "gap_max", "pauses_in_summer", "usual_mode"]}),
        ("Beginning and end", {"fields": ["from_on", "finish_by", "until_on", "outcome"]}),
        ("Where this comes from", {"fields": ["label", "source", "last_confirmed_on"], "classes": ["collapse"]}),
    ]
    inlines = [Appointments]

    def get_queryset(self, request: HttpRequest) -> Any:
        open_inside = Group.objects.open_inside_to(request.user).filter(pk=OuterRef("pk"))
        return super().get_queryset(request).with_size().with_leads().annotate(opens_inside=Exists(open_inside))

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        """A group never moves to another partnership, nor becomes another kind."""
        return ["partnership", "kind"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Group | None = None) -> dict[str, list[str]]:
        return {} if obj else {"slug": ["name"]}

    def get_inlines(self, request: HttpRequest, obj: Group | None) -> list[Any]:
        return self.inlines if obj else []

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in Group.Kind.choices if choice[0] != Group.Kind.EXECUTIVE]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write down who was appointed, and whose appointment ended."""
        for appointment in formset.save(commit=False):
            is_new = appointment.pk is None
            if is_new:
                appointment.appointed_by = request.user
            appointment.save()
            if is_new:
                Entry.record("appointed", appointment, by=request.user, role=appointment.role)
            elif "until_on" in _changed_in(formset, appointment):
                Entry.record("ended an appointment", appointment, by=request.user, role=appointment.role)
            for told in site.appointed:
                told(appointment, request.user)

    @admin.display(description="People", ordering="size")
    def people(self, group: Group) -> int:
        return group.size

    @admin.display(description="Led by")
    def leaders(self, group: Group) -> str:
        return ", ".join(str(appointment.member) for appointment in group.leads)

    @admin.display(description="Who is in it")
    def who(self, group: Group) -> str:
        """Where its manager sees the people; an administrator keeps the site running and does not look inside."""
        if not group.opens_inside:
            return "Its members and its manager see them"
        return format_html(
            '<a href="{}">People in {}</a>', reverse("pods:inside", args=[group.partnership.slug, group.slug]), group
        )


def _changed_in(formset: Any, appointment: Appointment) -> list[str]:
    return next(form.changed_data for form in formset.initial_forms if form.instance.pk == appointment.pk)
