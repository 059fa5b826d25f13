"""You said, we did: for everybody without a name, and writing it down."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from partnerships.models import Partnership
from partnerships.pages import of_partnership, public
from partnerships.views.partnerships import shared
from steering.models import YouthVoice
from steering.plan_doors import planning
from steering.youth_voice import how_many
from steering.youth_voice_forms import AnswerForm, YouthVoiceForm
from trust.models import Entry

SHOWN = 100


@public
@of_partnership
def register(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What young people said, through an adult, and what was done; answers first."""
    if not partnership.is_at_home:
        raise Http404
    voices = YouthVoice.objects.filter(partnership=partnership).select_related("priority")
    context = shared(partnership) | {
        "answered": [(voice, how_many(voice)) for voice in voices.answered()[:SHOWN]],
        "waiting": [(voice, how_many(voice)) for voice in voices.waiting()[:SHOWN]],
    }
    return render(request, "steering/youth_voice.html", context)


@planning
def writing(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """What was said, to be written down; and what still wants an answer."""
    form = YouthVoiceForm(request.POST or None, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            voice = form.save(commit=False)
            voice.partnership, voice.made_by = partnership, request.user
            voice.save()
            Entry.record("wrote down what young people said", voice, by=request.user)
        messages.success(request, "It stands in the register. They hear back through whoever asked them.")
        return redirect("steering:youth_voice_writing", partnership.slug)
    waiting = YouthVoice.objects.waiting().filter(partnership=partnership)
    context = {"partnership": partnership, "form": form, "waiting": waiting}
    return render(request, "steering/youth_voice_writing.html", context)


@planning
def answering(request: HttpRequest, partnership: Partnership, voice: int) -> HttpResponse:
    found = get_object_or_404(YouthVoice, pk=voice, partnership=partnership)
    form = AnswerForm(request.POST or None, partnership=partnership, initial={"answer": found.answer})
    if request.method == "POST" and form.is_valid():
        found.reply(form.cleaned_data["answer"], by=request.user)
        messages.success(request, "Saved. It stands on the page for everybody.")
        return redirect("steering:youth_voice", partnership.slug)
    return render(request, "steering/answering.html", {"partnership": partnership, "form": form, "voice": found})
