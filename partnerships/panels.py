"""What the directory puts on the desk: questions that wait, and for an officer who is quiet."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from lcep.site import Need, today
from partnerships import asking
from partnerships.admin.screens import keeps_a_region
from partnerships.answers import NUMBERS
from partnerships.contact import WITHIN, working_day
from partnerships.freshness import Freshness
from partnerships.models import Document, Enquiry, Partnership

QUIETEST = 5
SHOWN = 3
ENQUIRIES = "admin:partnerships_enquiry_changelist"


def verbs(request: HttpRequest) -> list[tuple[str, str]]:
    if not keeps_a_region(request):
        return []
    return [
        ("List a partnership", reverse("admin:partnerships_partnership_add")),
        ("See who is quiet", reverse("admin:partnerships_partnership_freshness")),
    ]


def needs(request: HttpRequest) -> list[Need]:
    """Questions without an answer, documents to look at again, and school dates without which nobody can be asked."""
    return [*_questions(request), *_documents(request), *_school_dates(request)]


def entries(request: HttpRequest) -> dict[str, Any] | None:
    """For whoever keeps a region: what waits there, who is quietest, and how many entries nobody has confirmed."""
    if not keeps_a_region(request):
        return None
    fresh = Freshness(request.user)
    pulses = fresh.pulses()
    waiting = Enquiry.objects.for_steward(request.user).unanswered().select_related("partnership")
    context = {
        "waiting": waiting.order_by("received_at")[:SHOWN],
        "quietest": pulses[:QUIETEST],
        "stale": sum(pulse.is_stale and not pulse.partnership.is_at_home for pulse in pulses),
        "listed": sum(not pulse.partnership.is_at_home for pulse in pulses),
    }
    return {"template": "desk/partnerships/_entries.html", "context": context}


def counted(number: int, noun: str, several: str = "") -> str:
    """Return a number and its noun as a sentence begins with them: "Three questions", "Two stories"."""
    number_in_words = NUMBERS[number].capitalize() if number < len(NUMBERS) else str(number)
    return f"{number_in_words} {noun if number == 1 else several or f'{noun}s'}"


def _questions(request: HttpRequest) -> list[Need]:
    waiting = list(Enquiry.objects.for_steward(request.user).unanswered().order_by("received_at"))
    if not waiting:
        return []
    oldest = waiting[0]
    came = localdate(oldest.received_at)
    wait = f"{counted(len(waiting), 'question')} {'waits' if len(waiting) == 1 else 'wait'} for an answer."
    when = f"It came on {came:%-d %B}." if len(waiting) == 1 else f"The oldest came on {came:%-d %B}."
    by = working_day(came, WITHIN[Enquiry.Reader(oldest.reader)])
    return [Need(f"{wait} {when}", "Read them" if len(waiting) > 1 else "Read it", f"{reverse(ENQUIRIES)}", by=by)]


def _documents(request: HttpRequest) -> list[Need]:
    again = Document.objects.for_steward(request.user).filter(review_on__lte=today()).order_by("review_on")[:SHOWN]
    return [
        Need(
            f"“{document}” was to be looked at again.",
            "Open it",
            reverse("admin:partnerships_document_change", args=[document.pk]),
            by=document.review_on,
        )
        for document in again
    ]


def _school_dates(request: HttpRequest) -> list[Need]:
    """Somebody is to be asked each half term, and no half term is known."""
    if not keeps_a_region(request) or asking.is_half_term_known(today()):
        return []
    if not Partnership.objects.for_steward(request.user).to_ask().exists():
        return []
    sentence = "Nobody can be asked whether their listing is still right: no school dates are known from today on."
    return [Need(sentence, "Add school dates", reverse("admin:partnerships_place_changelist"))]
