"""What the sender says on the desk: nothing, unless something is wrong."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone

from lcep.site import Need
from mailings import fingerprint, heartbeat
from mailings.models import MailDomain, Mailing
from mailings.replay import strange

CALL = "Please call whoever looks after this site."
SHOWN = 3


def needs(request: HttpRequest) -> list[Need]:
    """Sentences about mail that does not move or of which we cannot be sure, for the people who can do something."""
    found = [*_doubts(request), *_silence(), *_closed(), *_domains(request)]
    return [*_place(), *_strange(), *found] if request.user.is_administrator else found


def _doubts(request: HttpRequest) -> list[Need]:
    doubtful = (
        Mailing.objects.for_steward(request.user).with_doubts().filter(state__in=["sending", "paused", "stopped"])
    )
    counted = doubtful.annotate(people=Count("deliveries", filter=Q(deliveries__state="uncertain")))
    return [
        Need(
            f"We cannot be sure that “{mailing}” reached {mailing.people} "
            f"{'person' if mailing.people == 1 else 'people'}. You can say so, or send it to them again.",
            "Look at it",
            reverse("admin:mailings_mailing_change", args=[mailing.pk]),
            by=mailing.started_at,
        )
        for mailing in counted.order_by("-id")[:SHOWN]
    ]


def _silence() -> list[Need]:
    since = heartbeat.silent_since()
    if since is None or not heartbeat.somebody_waits():
        return []
    when = formats.date_format(timezone.localtime(since), "l j F, H:i")
    sentence = f"Mail is waiting, and nobody has sent any since {when}. Nothing is lost. {CALL}"
    return [Need(sentence, "See what waits", reverse("admin:mailings_mailing_changelist"), by=since)]


def _closed() -> list[Need]:
    return [
        Need(
            f"The mail server does not take our mail. {route.closed_reason}. We try again at "
            f"{formats.date_format(timezone.localtime(route.closed_until), 'H:i')}; nothing is lost. {CALL}",
            "See what waits",
            reverse("admin:mailings_mailing_changelist"),
            by=route.closed_until,
        )
        for route in heartbeat.closed_routes()
    ]


def _domains(request: HttpRequest) -> list[Need]:
    """Domains that no longer say that we may send in their name."""
    broken = MailDomain.objects.broken().select_related("partnership")
    if not request.user.is_administrator:
        broken = broken.filter(partnership__in=request.user.stewarded_partnerships())
    return [
        Need(
            f"{domain.domain} does not say any more that we may send mail in its name. "
            + (
                f"Since {formats.date_format(timezone.localtime(domain.broken_at), 'l j F')} yours is sent from "
                f"{domain.partnership.mail_address} instead, so that it arrives. "
                if domain.partnership
                else ""
            )
            + "Please call whoever looks after that domain.",
            "See what is missing",
            reverse("admin:mailings_maildomain_change", args=[domain.pk]),
            by=domain.broken_at,
        )
        for domain in broken[:SHOWN]
    ]


def _place() -> list[Need]:
    if fingerprint.is_adopted():
        return []
    said = "This site’s database was copied, moved or restored"
    sentence = f"{said}. No newsletter leaves until somebody says that this is right."
    return [Need(sentence, "Decide", reverse("admin:mailings_mailing_place"))]


def _strange() -> list[Need]:
    count = len(strange())
    if not count:
        return []
    sentence = (
        f"{count} {'record' if count == 1 else 'records'} of earlier sending belong to no database here. "
        "They may tell who got a mail before a backup was restored."
    )
    return [Need(sentence, "See all mailings", reverse("admin:mailings_mailing_changelist"))]
