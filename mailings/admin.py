"""The desk's mailings: what became of each mail, in words. The text of a mail is on none of these screens."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from mailings import domain_admin, fingerprint  # noqa: F401 - its screen registers itself
from mailings.account import Account, exceptions
from mailings.models import Mailing
from members import spreadsheets
from members.models import Member
from trust.admin import Walled, desk

Verb = Callable[[Mailing, Member], str]
Answer = Callable[[Mailing, Member], str | HttpResponse]


def undo(mailing: Mailing, by: Member) -> str:
    return "Taken back. Nobody gets it." if mailing.undo(by) else "It was too late to take it back."


def pause(mailing: Mailing, by: Member) -> str:
    if mailing.pause(by, f"Paused by {by}"):
        return "Paused. At most a quarter of a second of mail was still on its way."
    return "It could not be paused: it is over."


def resume(mailing: Mailing, by: Member) -> str:
    return "It goes on." if mailing.resume(by) else "It is not paused."


def stop(mailing: Mailing, by: Member) -> str:
    return "Stopped. Those who were still waiting do not get it." if mailing.stop(by) else "It is over already."


def settle(mailing: Mailing, by: Member) -> str:
    return f"Noted: it arrived ({_people(mailing.settle(by))})."


def again(mailing: Mailing, by: Member) -> str:
    return f"It goes again to {_people(mailing.resend(by, ('uncertain',)))}."


def resend(mailing: Mailing, by: Member) -> str:
    return f"It goes again to {_people(mailing.resend(by, ('failed',)))}."


def missed(mailing: Mailing, by: Member) -> str:
    following = mailing.missed.send(by)
    if following is None:
        return "Nobody has missed it."
    return "Planned: it leaves in two minutes for those who missed it. It stands first under Mailings."


VERBS: dict[str, Verb] = {
    "undo": undo, "pause": pause, "resume": resume, "stop": stop, "settle": settle, "again": again, "resend": resend,
    "missed": missed,
}  # fmt: skip


class WhereItStands(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Under way"), ("doubt", "We cannot be sure"), ("over", "Over")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        over = [Mailing.State.DONE, Mailing.State.STOPPED]
        if self.value() == "doubt":
            return queryset.with_doubts()
        if self.value() == "open":
            return queryset.exclude(state__in=over)
        return queryset.filter(state__in=over) if self.value() == "over" else queryset


@admin.register(Mailing, site=desk)
class MailingAdmin(Walled):
    """Looking is all one does here, but for the verbs, each a POST that the audit remembers."""

    list_display = ["subject", "sort", "where_it_stands", "started_at"]
    list_filter = [WhereItStands]
    search_fields = ["subject"]
    search_help_text = "Words in the subject"
    ordering = ["-id"]
    list_select_related = ["partnership"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="What it is", ordering="kind")
    def sort(self, mailing: Mailing) -> str:
        return mailing.kind_title

    @admin.display(description="Where it stands", ordering="state")
    def where_it_stands(self, mailing: Mailing) -> str:
        return mailing.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        verbs = [
            path(f"<int:pk>/{name}/", self._behind_the_wall(verb), name=f"mailings_mailing_{name}")
            for name, verb in VERBS.items()
        ]
        looks = [
            path(f"<int:pk>/{name}/", self._behind_the_wall(look, require_safe), name=f"mailings_mailing_{name}")
            for name, look in (("progress", progress), ("exceptions", exceptions_as_csv))
        ]
        place = path("place/", self.admin_site.admin_view(self.place), name="mailings_mailing_place")
        return [place, *verbs, *looks, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Mailings"} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The account of one mailing: counts, the bar, who did not get it and why."""
        mailing = self.get_object(request, unquote(object_id))
        if mailing is None or request.method not in {"GET", "HEAD"}:
            raise Http404
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": mailing.kind_title,
            "mailing": mailing,
            "account": Account.of(mailing),
            "missed": mailing.missed.count(),
        }
        return TemplateResponse(request, "desk/mailings/mailing.html", context)

    def place(self, request: HttpRequest) -> HttpResponse:
        """After a copy or a restored backup: an administrator says that this is where mail is sent from."""
        if not request.user.is_administrator:
            raise PermissionDenied
        if request.method == "POST":
            adopted = fingerprint.adopt(request.user)
            messages.success(
                request, "From now on mail is sent from here." if adopted else "Nothing had to be decided."
            )
            return redirect("admin:mailings_mailing_changelist")
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": "Is this the right place?",
            "is_adopted": fingerprint.is_adopted(),
            "paused": Mailing.objects.filter(state="paused", reason=fingerprint.ELSEWHERE).order_by("-id"),
        }
        return TemplateResponse(request, "desk/mailings/place.html", context)

    def _behind_the_wall(
        self, answer: Answer, method: Callable[..., Any] = require_POST
    ) -> Callable[..., HttpResponse]:
        @method
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            mailing = get_object_or_404(self.get_queryset(request), pk=pk)
            said = answer(mailing, request.user)
            if isinstance(said, HttpResponse):
                return said
            messages.success(request, said)
            return redirect("admin:mailings_mailing_change", pk)

        return self.admin_site.admin_view(view)


def progress(mailing: Mailing, by: Member) -> HttpResponse:
    """How far it is, for the bar that moves where JavaScript runs. Counts are kept for two seconds."""
    account = Account.of(mailing, names=False)
    sentence = render_to_string("desk/mailings/_where_it_stands.html", {"mailing": mailing, "account": account})
    return JsonResponse(
        {
            "done": account.done,
            "prepared": account.prepared or 0,
            "is_over": account.is_over or mailing.state == Mailing.State.PAUSED,
            "sentence": " ".join(sentence.split()),
        }
    )


def exceptions_as_csv(mailing: Mailing, by: Member) -> HttpResponse:
    """Everybody for whom it did not go as planned, for a spreadsheet."""
    content = spreadsheets.written(["Who", "What became of it", "Why"], exceptions(mailing))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="mailing-{mailing.pk}.csv"'
    return answer


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
