"""Moving in: the task list of a partnership that has just come here, and the screens of its own."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lcep.site import today
from newsletters.forms import MARKDOWN, PARTS
from newsletters.models import Newsletter
from newsletters.moving import Telling, subject_of, tasks_of
from newsletters.sorting import Sorted
from newsletters.standing import moment
from newsletters.words import Words
from partnerships.models import Partnership
from pods.shape import Shape
from trust.admin import Desk
from trust.text import one_line


class PastForm(forms.Form):
    """A newsletter that was sent before the list came here."""

    number = forms.IntegerField(
        min_value=1,
        max_value=100_000,
        label="Number",
        help_text="The oldest has the smallest",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "Enter a number from 1 on"),
    )
    title = forms.CharField(
        max_length=150,
        label="Title",
        help_text="Like: Spring news for schools and artists",
        error_messages={"required": "Enter its title", "max_length": "Shorten the title to 150 characters"},
    )
    sent_on = forms.DateField(
        label="The day it was sent",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), "Enter the day it was sent, like 12/12/2025"),
    )
    address = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        label="Where it can be read",
        help_text="Its address on the web, if it has one. Or paste its words below",
        validators=[URLValidator(["http", "https"])],
        error_messages={"invalid": "Enter an address like https://example.org/newsletter"},
    )
    words = forms.CharField(
        max_length=PARTS,
        required=False,
        label="Its words",
        help_text=MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": "Shorten its words to 20,000 characters, or give its address"},
    )
    use_required_attribute = False

    def __init__(self, partnership: Partnership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if other := self.partnership.newsletters.filter(number=number).first():
            raise ValidationError(f"Number {number} is taken: “{other.subject}”. Choose another number")
        return number

    def clean_title(self) -> str:
        if not (title := one_line(self.cleaned_data["title"])):
            raise ValidationError("Enter its title")
        return title

    def clean_sent_on(self) -> date:
        day = self.cleaned_data["sent_on"]
        if day > today():
            raise ValidationError("That day is still to come. Enter the day it was sent")
        if day.year < 1990:
            raise ValidationError("Enter a day from 1990 on")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("address") and not data.get("words", "").strip():
            self.add_error("address", "Enter the address where it can be read, or paste its words")
        return data

    def bring(self, by: Any) -> Newsletter:
        """Put it into the archive: the address as a section with its link, then the words."""
        data = self.cleaned_data
        sections = [("", data["words"])] if data["words"].strip() else []
        if data["address"]:
            sections.insert(0, ("", f"[Read it where it first appeared]({_in_a_link(data['address'])})"))
        words = Words.typed(number=data["number"], half_term=None, subject=data["title"], sections=sections)
        noon = datetime.combine(data["sent_on"], time(12), ZoneInfo(settings.TIME_ZONE))
        return Newsletter.bring(self.partnership, words, published_at=min(noon, timezone.now()), by=by)


def addresses(desk: Desk) -> list[URLPattern]:
    """The screens, each behind the desk's door and the wall."""
    screens: list[tuple[str, str, Callable]] = [
        ("", "tasks", tasks),
        ("shape/", "shape", shape),
        ("past/", "past", past),
        ("past/<int:number>/removal/", "removal", removal),
        ("test/", "test", test),
        ("telling/", "telling", telling),
        ("telling/undo/", "undo", undo),
    ]
    own = [
        path(f"moving-in/<slug:slug>/{address}", _behind_the_wall(desk, view), name=f"moving_in_{name}")
        for address, name, view in screens
    ]
    return [path("moving-in/", desk.admin_view(_whose(desk)), name="moving_in"), *own]


@require_safe
def tasks(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Everything there is to do, in any order, and what is done."""
    todo = tasks_of(request, partnership)
    context |= {"title": "Moving in", "tasks": todo, "done": sum(task.is_done for task in todo)}
    return TemplateResponse(request, "desk/moving_in/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def shape(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Begin with the groups most partnerships have, in one press."""
    missing = Shape(partnership)
    if request.method == "POST":
        made = missing.make(by=request.user)
        if made:
            messages.success(request, f"{len(made)} groups stand now: {', '.join(map(str, made))}.")
        else:
            messages.info(request, "You have groups already, so nothing was added.")
        return redirect(context["home"])
    context |= {"title": "Our groups", "pods": missing.pods(), "tables": missing.tables()}
    return TemplateResponse(request, "desk/moving_in/shape.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def past(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Add the newsletters that were sent before, one after the other."""
    taken = partnership.newsletters.order_by("-number").values_list("number", flat=True).first() or 0
    form = PastForm(partnership, request.POST if request.method == "POST" else None, initial={"number": taken + 1})
    if form.is_valid():
        issue = form.bring(by=request.user)
        messages.success(request, f"Number {issue.number}, “{issue.subject}”, stands in your archive.")
        return redirect("admin:moving_in_past", partnership.slug)
    brought = partnership.newsletters.filter(published_at__isnull=False)
    context |= {"title": "Past newsletters", "form": form, "brought": brought}
    return TemplateResponse(request, "desk/moving_in/past.html", context, status=422 if form.errors else 200)


@require_POST
def removal(request: HttpRequest, partnership: Partnership, context: dict[str, Any], number: int) -> HttpResponse:
    """Take one of them out again: there was a mistake in it."""
    issue = get_object_or_404(partnership.newsletters.filter(published_at__isnull=False), number=min(number, 2**31 - 1))
    if issue.take_out(by=request.user):
        messages.success(request, f"Number {number}, “{issue.subject}”, is out of your archive.")
    return redirect("admin:moving_in_past", partnership.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Send a letter to oneself."""
    told = Telling(partnership)
    if request.method == "POST":
        told.test(by=request.user)
        messages.success(request, f"A test is on its way to {request.user.mail_to}. Look there, and among the spam.")
        return redirect(context["home"])
    context |= {"title": "A test to me", "is_tested": told.is_tested, "to": request.user.mail_to}
    return TemplateResponse(request, "desk/moving_in/test.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def telling(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Who is told that the list has moved, who is not and why; and Send."""
    told = Telling(partnership)
    here = reverse("admin:moving_in_telling", args=[partnership.slug])
    if request.method == "POST":
        if told.mailing:
            messages.info(request, "It is sent off already: it goes out once.")
        elif mailing := told.send(by=request.user):
            messages.success(request, f"It goes out on {moment(mailing.send_at)}. Until then you can take it back.")
        else:
            messages.error(request, f"It cannot go yet. {told.waits}")
        return redirect(here)
    context |= {
        "title": "Tell everyone we have moved",
        "mailing": told.mailing,
        "waits": told.waits,
        "subject": subject_of(told),
        "paragraphs": told.paragraphs(),
        **Sorted.of(told.readers()).as_context(),
    }
    return TemplateResponse(request, "desk/moving_in/telling.html", context)


@require_POST
def undo(request: HttpRequest, partnership: Partnership, context: dict[str, Any]) -> HttpResponse:
    """Take it back before it begins."""
    told = Telling(partnership)
    if told.undo(by=request.user):
        messages.success(request, "Taken back: nobody got it.")
    elif told.mailing:
        messages.error(request, "It has begun to go out, so it cannot be taken back. You can stop the rest.")
    else:
        messages.info(request, "Nothing is on its way: nobody got it.")
    return redirect("admin:moving_in_telling", partnership.slug)


def _own(request: HttpRequest) -> Any:
    member: Any = request.user
    own = Partnership.objects.at_home() if member.is_administrator else member.stewarded_partnerships()
    return own.order_by("name")


def _whose(desk: Desk) -> Callable:
    """Lead to the one partnership somebody manages, or let them choose."""

    @require_safe
    def shown(request: HttpRequest) -> HttpResponse:
        own = list(_own(request)[:200])
        if len(own) == 1:
            return redirect("admin:moving_in_tasks", own[0].slug)
        context = desk.each_context(request) | {"title": "Moving in", "partnerships": own}
        return TemplateResponse(request, "desk/moving_in/whose.html", context)

    return shown


def _behind_the_wall(desk: Desk, view: Callable) -> Callable:
    """Wrap `view(request, partnership, context, **more)`: signed in as a manager, and the partnership is theirs."""

    def shown(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        partnership = _own(request).filter(slug=slug).first()
        if partnership is None:
            raise Http404("No partnership of yours has this name.")
        home = reverse("admin:moving_in_tasks", args=[slug])
        return view(
            request, partnership, desk.each_context(request) | {"partnership": partnership, "home": home}, **more
        )

    return desk.admin_view(shown)


def _in_a_link(address: str) -> str:
    """An address that may stand between the brackets of a Markdown link."""
    return address.translate({ord(sign): f"%{ord(sign):02X}" for sign in "()<>\\"})
