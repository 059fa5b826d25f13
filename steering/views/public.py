"""Who leads a partnership, what the roles ask, and how to take a seat."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.contact import may_ask
from partnerships.models import Partnership
from partnerships.pages import of_partnership, public
from partnerships.views.partnerships import shared
from pods.models import Group
from steering import emails
from steering.forms import InterestForm
from steering.models import Interest, RoleDescription, Rules, Seat
from steering.readers import readers_of
from steering.table import Table


@public
@of_partnership
def steering(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Who sits at the table and agreed to be named, which seats are free, what each role asks."""
    group = _group(partnership)
    table, rules = Table(group), Rules.of(group)
    if rules.shows_attendance:
        table.with_attendance()
    named = [each for each in table.seated if each.is_public]
    context = shared(partnership) | {
        "group": group,
        "named": named,
        "unnamed": len(table.seated) - len(named),
        "shows_attendance": rules.shows_attendance,
        "vacant": list(Seat.objects.filter(group=group).vacant()),
        "roles": RoleDescription.of(partnership),
    }
    return render(request, "steering/steering.html", context)


@public
@of_partnership
def role(request: HttpRequest, partnership: Partnership, kind: str) -> HttpResponse:
    """What one role asks of a person. A sample says that it is one."""
    _group(partnership)
    found = [each for each in RoleDescription.of(partnership) if each.kind == kind]
    if not found:
        raise Http404
    return render(request, "steering/role.html", {"partnership": partnership, "role": found[0]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_partnership
def interest(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Say that one would like a seat. Who reads it and by when is said before the first field."""
    group, status = _group(partnership), 200
    vacant = list(Seat.objects.filter(group=group).vacant())
    form = InterestForm(request.POST or None, vacant=vacant, initial={"seat": request.GET.get("seat", "")})
    if request.method == "POST" and form.is_valid():
        if form.looks_like_a_machine:
            return redirect("steering:interest_received", partnership.slug)
        if may_ask(request, form.cleaned_data["email"]):
            _keep(group, form)
            return redirect("steering:interest_received", partnership.slug)
        form.add_error(None, "That is a lot in a short time. Try again in an hour; nothing was sent.")
        status = 429
    context = {"partnership": partnership, "group": group, "form": form}
    return render(request, "steering/interest.html", context, status=status)


@never_cache
@require_safe
@of_partnership
def interest_received(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    return render(
        request, "steering/interest_received.html", {"partnership": partnership, "group": _group(partnership)}
    )


def _keep(group: Group, form: InterestForm) -> None:
    """Keep it, thank them and tell whoever reads it: all or nothing."""
    with transaction.atomic():
        kept = Interest.objects.create(group=group, **form.said())
        emails.interest_received(kept).send()
        for reader in readers_of(group):
            emails.interest_came(kept, reader).send()


def _group(partnership: Partnership) -> Group:
    """The Steering Group of a partnership at home here; of others there is no such page."""
    groups = Group.objects.current().filter(partnership=partnership, kind=Group.Kind.STEERING)
    group = groups.first() if partnership.is_at_home else None
    if group is None:
        raise Http404
    group.partnership = partnership
    return group
