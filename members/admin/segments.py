"""The segments by which a manager looks at her people."""

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone

from lcep.numbers import row_number
from members.models import Membership
from partnerships.models import Partnership, Place
from partnerships.models.organisations import Sector


class OnTheList(admin.SimpleListFilter):
    title = "on the list"
    parameter_name = "list"

    def lookups(self, request, model_admin):
        return [("left", "Left"), ("all", "Everybody")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "Now on it"}, *others]

    def queryset(self, request, queryset):
        if self.value() == "left":
            return queryset.exclude(left_at=None)
        return queryset if self.value() == "all" else queryset.current()


class Sectors(admin.SimpleListFilter):
    title = "sector"
    parameter_name = "sector"

    def lookups(self, request, model_admin):
        """Those that somebody on her lists has said, so that the filter stays short."""
        lists = Membership.objects.current().for_steward(request.user)
        said = set(lists.order_by().values_list("member__sector", flat=True).distinct())
        return [*(choice for choice in Sector.choices if choice[0] in said), ("none", "Not given")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(member__sector="" if self.value() == "none" else self.value())


class Areas(admin.SimpleListFilter):
    title = "area"
    parameter_name = "area"

    def lookups(self, request, model_admin):
        own = Partnership.objects.for_steward(request.user)
        return list(Place.objects.filter(partnerships__in=own).distinct().order_by("name").values_list("slug", "name"))

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(member__in=Place.objects.filter(slug=self.value()).values("people"))


class InAGroup(admin.SimpleListFilter):
    """The groups of a higher floor, reached through the partnership they belong to."""

    title = "pod or group"
    parameter_name = "group"

    def lookups(self, request, model_admin):
        if not hasattr(Partnership, "groups"):
            return []
        own = request.user.stewarded_partnerships()
        names = own.exclude(groups=None).values_list("groups__pk", "groups__name").order_by("groups__name")
        return [(str(pk), name) for pk, name in names]

    def queryset(self, request, queryset):
        group = row_number(self.value())
        if not group:
            return queryset
        inside = Membership.objects.filter(
            member__group_memberships__group=group, member__group_memberships__left_on=None
        )
        return queryset.filter(pk__in=inside.values("pk"))


class Since(admin.SimpleListFilter):
    title = "joined"
    parameter_name = "since"
    DAYS = (("30", "In the last 30 days"), ("183", "In the last half year"), ("366", "In the last year"))

    def lookups(self, request, model_admin):
        return self.DAYS

    def queryset(self, request, queryset):
        if self.value() not in dict(self.DAYS):
            return queryset
        return queryset.filter(joined_at__gte=timezone.now() - timedelta(days=int(self.value())))


class SaidNothing(admin.SimpleListFilter):
    title = "about themselves"
    parameter_name = "said"

    def lookups(self, request, model_admin):
        return [("nothing", "Said nothing yet")]

    def queryset(self, request, queryset):
        if self.value() != "nothing":
            return queryset
        return queryset.filter(member__name="", member__organisation=None, member__sector="")
