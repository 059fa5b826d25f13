"""What a member may ask of us: everything we hold, being forgotten, and an answer to a complaint."""

import json

from django.conf import settings
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache

from members import caps, emails, wording
from members.doors import just_shown
from members.forms import DataComplaintForm
from members.models import DataComplaint, Member
from members.rights import everything, forgetting
from partnerships.models import Partnership
from partnerships.pages import of_partnership, public
from trust.addresses import compared


@never_cache
@just_shown
def my_data(request: HttpRequest) -> HttpResponse:
    """Everything this site holds about the member, as a page to read or as JSON for a machine."""
    if request.method != "POST":
        return render(request, "members/my_data.html")
    found = everything.of(request.user)
    about = {"site": settings.SITE_URL, "made_at": timezone.localtime().isoformat(timespec="seconds"), "held": found}
    if request.POST.get("as") == "json":
        text = json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        return _file(text, "my-data.json", "application/json")
    return _file(render_to_string("members/my_data_file.html", about), "my-data.html", "text/html; charset=utf-8")


@never_cache
@just_shown
def forget_me(request: HttpRequest) -> HttpResponse:
    """One page that says what goes and what stays and why, and one button."""
    hindrance = forgetting.hindrance(request.user)
    if request.method == "POST" and not hindrance:
        member = Member.objects.get(pk=request.user.pk)
        logout(request)
        forgetting.forget(member)
        return redirect("members:forgotten")
    return render(request, "members/forget_me.html", {"hindrance": hindrance})


@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    return render(request, "members/forgotten.html")


@never_cache
def data_complaint(request: HttpRequest) -> HttpResponse:
    """A complaint about personal data, from anybody; the answer is the same whoever asks."""
    form = DataComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not form.looks_like_a_machine:
            _receive(request, form)
        return redirect("members:data_complaint_received")
    return render(request, "members/data_complaint.html", {"form": form})


@never_cache
def data_complaint_received(request: HttpRequest) -> HttpResponse:
    return render(request, "members/data_complaint_received.html")


@public
@of_partnership
def notice(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What one partnership does with people's data, and the versions before; a listed one keeps no list here."""
    if not partnership.is_at_home:
        raise Http404
    versions = list(partnership.privacy_notices.all())
    wanted = request.GET.get("version", "")
    chosen = (
        next((one for one in versions if str(one.number) == wanted), None) if wanted else next(iter(versions), None)
    )
    if wanted and chosen is None:
        raise Http404
    text = chosen.text if chosen else wording.notice(partnership)
    context = {"partnership": partnership, "text": text, "chosen": chosen, "versions": versions}
    return render(request, "members/notice.html", context)


def _receive(request: HttpRequest, form: DataComplaintForm) -> None:
    """Write it down, and acknowledge it by mail while the caps last; a complaint past them still counts."""
    said = form.cleaned_data
    address = compared(said["email"])
    complaint = DataComplaint.objects.create(
        partnership=said["partnership"],
        member=Member.objects.filter(email=address, erased_at=None).first(),
        name=said["name"],
        email=said["email"],
        text=said["text"],
    )
    if caps.codes(request, address):
        emails.data_complaint_received(complaint).send()
        complaint.acknowledge()


def _file(text: str, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
