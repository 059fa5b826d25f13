"""The page behind "Send your news" in a mail: the form of a story with its sender known. It signs nobody in.

Nothing changes until the button is pressed: mail scanners open every link.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lcep.numbers import row_number
from members.models import Member
from newsletters.models import Ask, Story
from newsletters.planner.asking import asked_of
from newsletters.stories.forms import StoryForm
from newsletters.stories.views import named
from trust.addresses import masked
from trust.models import Cap
from trust.tokens import ASKED, Broken

A_DAY, DAY = 5, timedelta(days=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """One story in the name of whom the mail went to; the manager decides on it like on any other."""
    found = _who(token)
    if found is None:
        return render(request, "newsletters/stories/link_over.html", status=410)
    ask, member = found
    form = StoryForm(
        ask.partnership, request.POST if request.method == "POST" else None, initial={"credit": named(member)}
    )
    if request.method == "POST" and form.is_valid():
        if Cap.take("story: link", f"{ask.pk} {member.pk}", A_DAY, DAY):
            readers = form.cleaned_data["readers"]
            story = Story.send(ask.partnership, writer=member, readers=readers, **form.words())
            return redirect(f"{reverse('newsletters:asked', args=[token])}?sent={story.pk}")
        form.add_error(None, f"That was story number {A_DAY + 1} today. Send it tomorrow, or reply to the mail instead")
    context = {
        "partnership": ask.partnership,
        "member": member,
        "address": masked(member.mail_to),
        "form": form,
        "sent": _sent(request, ask, member),
    }
    return render(request, "newsletters/stories/asked.html", context, status=422 if form.errors else 200)


def _who(token: str) -> tuple[Ask, Member] | None:
    try:
        return asked_of(ASKED.read(token))
    except Broken:
        return None


def _sent(request: HttpRequest, ask: Ask, member: Member) -> Story | None:
    """The story that has just been sent by this link, to say so."""
    return ask.partnership.stories.filter(pk=row_number(request.GET.get("sent")), writer=member).first()
