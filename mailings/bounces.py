"""Bounces and spam reports: what they say, whether it counts, and whom we do not write to any more.

Read are delivery status notifications (RFC 3464), feedback reports (RFC 5965), and, through flufl.bounce,
what follows neither. Only what came back to the signed return path of one of our deliveries counts, for
anybody can write a bounce about anybody; an automatic answer ("I am on holiday until") never does.

One hard bounce, soft bounces of three mailings, or one spam report: we do not write to that address.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_string
from email.message import Message
from typing import Any

from django.db.models.functions import Now
from flufl.bounce import all_failures

from mailings.inbox import Post, returned_to
from mailings.models import Delivery, Feedback
from mailings.replies import NO_SUCH_ADDRESS
from members.models import Suppression

SOFT_ENOUGH = 3  # mailings in which mail came back, within
LATELY = timedelta(days=365)
# An address does not exist, was switched off, or its domain takes no mail (RFC 3463 3.2, 3.3; 5.4.1 is Microsoft's).
_HARD = re.compile(r"5\.1\.\d+|5\.2\.1|5\.4\.[14]")
_UNKNOWN = re.compile(
    r"(user|recipient|mailbox|address|account)[^.]{0,40}(unknown|not found|does not exist|doesn.t exist|disabled|"
    r"rejected|invalid|unavailable)|(no such|unknown|invalid) (user|recipient|mailbox|address)", re.I,
)  # fmt: skip
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")

SENTENCES = {
    "gone": "It came back: this address does not work.",
    "full": "It came back: their mailbox is full.",
    "policy": "It came back: their mail server refuses our mail.",
    "size": "It came back: it was too large for them.",
    "tired": "It came back: their mail server could not be reached for days.",
    "other": "It came back: their mail server did not take it.",
    "spam": "They marked it as spam.",
}


@dataclass(frozen=True)
class Finding:
    """What one report says about one delivery."""

    kind: str
    reason: str
    status: str = ""


def read(post: Post) -> bool:
    """A reader of the inbox: note what this message reports. True when it was a report, counted or not."""
    report = _spam(post) or _notification(post) or _untidy(post)
    if report is None:
        return False
    deliveries, finding = report
    if finding is not None:
        note(Delivery.objects.filter(pk__in=deliveries), finding, post.digest)
    return True


def note(deliveries: Iterable[Delivery], finding: Finding, report: str) -> None:
    """Write down what came back, once for each report, and stop writing where that is enough."""
    for delivery in deliveries:
        reported = Feedback(
            delivery=delivery,
            member_id=delivery.member_id,
            kind=finding.kind,
            status=finding.status,
            reason=finding.reason[:300],
            report=report,
        )
        Feedback.objects.bulk_create([reported], ignore_conflicts=True)
        _stop_writing(delivery, finding.kind)


def of_refusals(mailings: Iterable[int]) -> None:
    """Count as bounces whom the relay refused because the address does not exist, once the mailing is over.

    Unless it refused so many that the fault must be ours: a relay that knows nobody must not empty a list.
    """
    for mailing in mailings:
        refused = Delivery.objects.filter(mailing=mailing, state="failed", reason=NO_SUCH_ADDRESS).exclude(address="")
        people = Delivery.objects.filter(mailing=mailing).count()
        found = list(refused[: people // 5 + 6])
        if found and len(found) <= max(people // 5, 5):
            for delivery in found:
                finding = Finding(Feedback.Kind.HARD, SENTENCES["gone"], f"{delivery.code or ''}")
                note([delivery], finding, f"refused:{delivery.attempt}")


def _stop_writing(delivery: Delivery, kind: str) -> None:
    if kind == Feedback.Kind.SPAM:
        Suppression.add(bytes(delivery.key), Suppression.Reason.SPAM, delivery.mailing.partnership)
    elif kind == Feedback.Kind.HARD or _is_soft_enough(delivery):
        Suppression.add(bytes(delivery.key), Suppression.Reason.BOUNCED)


def _is_soft_enough(delivery: Delivery) -> bool:
    same = Feedback.objects.filter(delivery__key=bytes(delivery.key), kind="soft", at__gt=Now() - LATELY)
    return same.values("delivery__mailing").distinct().count() >= SOFT_ENOUGH


# The three forms. Each returns None when the message is not of its form, else the deliveries and what it says
# (nothing, when it reports a delay or a success).

Said = tuple[list[int], Finding | None] | None


def _spam(post: Post) -> Said:
    """RFC 5965: a report somebody's mail program sent because they pressed "spam"."""
    if not _is_report(post.message, "feedback-report"):
        return None
    fields, original = _fields(post.message, "message/feedback-report"), _original(post.message)
    paths = [*fields.get_all("Original-Mail-From", []), *original.get_all("Return-Path", [])]
    deliveries = post.deliveries or returned_to(paths)
    if not deliveries:
        return None
    if str(fields.get("Feedback-Type", "abuse")).strip().lower() in {"not-spam", "auth-failure", "virus"}:
        return deliveries, None
    return deliveries, Finding(Feedback.Kind.SPAM, SENTENCES["spam"])


def _notification(post: Post) -> Said:
    """RFC 3464: what became of a mail, recipient by recipient; ours have one."""
    if not post.deliveries or not _is_report(post.message, "delivery-status"):
        return None
    blocks = [part for part in post.message.walk() if part.get_content_type() == "message/delivery-status"]
    for block in (each for part in blocks for each in _blocks(part)):
        if str(block.get("Action", "")).strip().lower() == "failed":
            found = _STATUS.search(str(block.get("Status", "")))
            words = str(block.get("Diagnostic-Code", ""))
            return post.deliveries, judged(found.group() if found else "", words)
    return post.deliveries, None


def _untidy(post: Post) -> Said:
    """Everything older and odder; an automatic answer is none of them."""
    if not post.deliveries or _is_automatic_answer(post.message):
        return None
    soft, hard = all_failures(post.message)
    if not soft and not hard:
        return None
    body = post.raw[:20_000].decode("utf-8", "replace")
    found = _STATUS.search(body)
    if soft and not hard:
        return post.deliveries, Finding(Feedback.Kind.SOFT, SENTENCES["other"])
    return post.deliveries, judged(found.group() if found and found.group()[0] == "5" else "5.0.0", body)


def judged(status: str, words: str) -> Finding:
    """Say whether an address is gone or only did not take this mail, by status code (RFC 3463), else by words."""
    sort = _sort(status, words)
    return Finding(Feedback.Kind.HARD if sort == "gone" else Feedback.Kind.SOFT, SENTENCES[sort], status)


def _sort(status: str, words: str) -> str:
    if _HARD.fullmatch(status):
        return "gone"
    by_status = {"x.2.2": "full", "x.3.4": "size", "x.2.3": "size", "x.4.7": "tired", "x.4.2": "tired"}
    if (sort := by_status.get("x" + status[1:])) is not None:
        return sort
    if status.startswith(("5.7.", "4.7.")):
        return "policy"
    if status in {"", "5.0.0", "5.3.0", "5.5.0"} and _UNKNOWN.search(words):
        return "gone"
    return "tired" if status.startswith("4.") else "other"


def _is_report(message: Message, sort: str) -> bool:
    return message.get_content_type() == "multipart/report" and str(message.get_param("report-type")).lower() == sort


def _is_automatic_answer(message: Message) -> bool:
    """RFC 3834: an answer to our mail by a machine that is not a mail server's report."""
    if "X-Failed-Recipients" in message:
        return False
    words = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return words != "no" or precedence == "auto_reply" or "X-Autoreply" in message or "X-Autorespond" in message


def _fields(message: Message, kind: str) -> Message:
    """Return the fields of a part that consists of fields."""
    for part in message.walk():
        if part.get_content_type() == kind:
            return next(iter(_blocks(part)), Message())
    return Message()


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a part; Python reads message/* as messages, other servers label it as text."""
    content: Any = part.get_payload()
    if isinstance(content, list):
        return list(content)
    return [message_from_string(block) for block in str(content).replace("\r\n", "\n").split("\n\n") if block.strip()]


def _original(message: Message) -> Message:
    """Return the headers of the mail that is reported."""
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            content: Any = part.get_payload()
            return content[0] if isinstance(content, list) and content else message_from_string(str(content))
    return Message()
