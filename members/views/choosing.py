"""The signed link in every mail: choose, pause, leave, come back. It signs nobody in and shows no address whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from members import emails, wording
from members.forms import ChoicesForm
from members.models import Consent, Member, Membership, Purpose, Wording
from partnerships.models import Partnership
from trust.addresses import masked
from trust.tokens import CHOICES, Broken

READ_AND_POST = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(READ_AND_POST)
def choices(request: HttpRequest, token: str) -> HttpResponse:
    member, partnership = _who(token)
    if member is None:
        return _unknown(request)
    membership = _membership(member, partnership)
    context = {"partnership": partnership, "address": masked(member.mail_to), "token": token}
    if membership is None:
        last = Membership.objects.filter(member=member, partnership=partnership).order_by("left_at").last()
        had = last.had if last else []
        return render(request, "members/left.html", context | {"purposes": had or [Purpose.NEWSLETTER]})
    form = ChoicesForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        save_choices(membership, form)
        return redirect(f"{reverse('members:choices', args=[token])}?saved=1")
    return render(request, "members/choices.html", context | {"membership": membership, "form": form})


@require_POST
def leaving(request: HttpRequest, token: str) -> HttpResponse:
    """One press: off the list now, also from mails already queued."""
    member, partnership = _who(token)
    if member is None:
        return _unknown(request)
    membership = _membership(member, partnership)
    had = membership.chosen if membership else []
    if membership:
        membership.leave(how=Consent.How.CHOICES)
    context = {"partnership": partnership, "address": masked(member.mail_to), "token": token}
    return render(request, "members/left.html", context | {"purposes": had or [Purpose.NEWSLETTER], "done": True})


@require_POST
def put_back(request: HttpRequest, token: str) -> HttpResponse:
    """Changed their mind: on the list again with what they had, confirmed by mail."""
    member, partnership = _who(token)
    if member is None:
        return _unknown(request)
    had = [purpose for purpose in request.POST.getlist("had") if purpose in Purpose.values]
    if _membership(member, partnership) is None and partnership.is_at_home:
        shown = Wording.of(wording.choosing(partnership))
        purposes = had or [Purpose.NEWSLETTER]
        membership = Membership.join(member, partnership, purposes, how=Consent.How.CHOICES, wording=shown)
        emails.choices_changed(membership).send()
    return redirect("members:choices", token)


@csrf_exempt  # RFC 8058: the mail program's POST carries neither cookie nor token but the one in the address
@never_cache
@require_http_methods(READ_AND_POST)
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """The List-Unsubscribe address: GET shows the choices and changes nothing, POST acts without a redirect."""
    if request.method != "POST":
        return choices(request, token)
    member, partnership = _who(token)
    if member is None:
        return HttpResponse("This is no link of ours.\n", status=404, content_type="text/plain")
    membership = _membership(member, partnership)
    if membership:
        membership.leave(how=Consent.How.ONE_CLICK)
    return HttpResponse(f"Done. {partnership} will not write to you again.\n", content_type="text/plain")


def save_choices(membership: Membership, form: ChoicesForm) -> None:
    """Less and more both take one press; more is a consent of its own, told by mail with a way back."""
    before, chosen = set(membership.chosen), set(form.cleaned_data["chosen"])
    shown = Wording.of(wording.choosing(membership.partnership))
    membership.choose(chosen, how=Consent.How.CHOICES, wording=shown)
    membership.pause(form.paused_until())
    if chosen - before:
        emails.choices_changed(membership).send()


def _who(token: str) -> tuple[Member, Partnership] | tuple[None, None]:
    try:
        member_pk, partnership_pk = CHOICES.read(token)
    except Broken:
        return None, None
    member = Member.objects.filter(pk=member_pk, erased_at=None).first()
    partnership = Partnership.objects.filter(pk=partnership_pk).first()
    return (member, partnership) if member and partnership else (None, None)


def _membership(member: Member, partnership: Partnership) -> Membership | None:
    current = Membership.objects.current().select_related("member", "partnership")
    return current.filter(member=member, partnership=partnership).first()


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "members/link_over.html", {"partnership": None}, status=404)
