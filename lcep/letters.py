"""What the site can write, before anyone knows how it is carried.

A `Kind` says how a sort of mail behaves; a `Letter` is one mail of a kind to one person. Each app's
`emails.py` declares its kinds and returns Letters; `.send()` reaches the outbox (EMAIL_BACKEND).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

CODES, SERVICE, INVITATIONS, NEWSLETTERS = range(4)
KINDS: dict[str, "Kind"] = {}


@dataclass(frozen=True)
class Kind:
    """A sort of mail and its rules.

    `purpose` names the choice of a membership that marketing mail needs (PECR reg. 22); service mail
    has none. `urgency` orders the queue, 0 first. Later than `late_after` the mail is skipped, or a
    person is asked. When a crash leaves one person in doubt, marketing asks and service repeats under
    the same Message-ID. The text of a `secret` kind is on no screen, log, export or backup and is
    blanked when its delivery ends.
    """

    name: str
    title: str
    urgency: int
    late_after: timedelta
    purpose: str = ""
    when_late: str = "skip"
    in_doubt: str = "repeat"
    secret: bool = False
    extra: dict[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if self.when_late not in {"ask", "skip"} or self.in_doubt not in {"ask", "repeat"}:
            raise ValueError(f"{self.name}: when_late is ask or skip, in_doubt is ask or repeat")
        if self.is_marketing and self.in_doubt != "ask":
            raise ValueError(f"{self.name}: marketing mail in doubt asks a person")
        KINDS[self.name] = self

    @property
    def is_marketing(self) -> bool:
        return bool(self.purpose)


PLAIN = Kind("plain", "A message of the site", SERVICE, late_after=timedelta(days=2))


class Letter(EmailMultiAlternatives):
    """One mail of a kind to one person, as text and HTML.

    `key` makes sending idempotent: a second letter with the same key is the first one.
    """

    def __init__(
        self,
        kind: Kind,
        to: str,
        subject: str,
        text: str,
        html: str = "",
        *,
        member: Any = None,
        partnership: Any = None,
        key: str = "",
        reply_to: Sequence[str] = (),
        from_email: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(subject, text, from_email, [to], reply_to=list(reply_to), headers=headers)
        self.kind, self.member, self.partnership, self.key = kind, member, partnership, key
        if html:
            self.attach_alternative(html, "text/html")


def written(name: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Render `templates/email/<name>/` and return (subject on one line, text, HTML with its styles inline)."""
    context = {"site_url": settings.SITE_URL, "demo": settings.DEMO} | context
    subject = " ".join(plain(f"email/{name}/subject.txt", context).split())
    text = plain(f"email/{name}/body.txt", context).strip() + "\n"
    html = inlined(render_to_string(f"email/{name}/body.html", {"subject": subject} | context))
    return subject, text, html


def plain(template: str, context: dict[str, Any]) -> str:
    """Render a template of plain text: nothing is escaped, because nothing reads it as HTML."""
    compiled: Template = get_template(template).template  # type: ignore[attr-defined]
    return compiled.render(Context(context, autoescape=False))


def inlined(html: str) -> str:
    """Move the rules of a mail's own style element onto its elements; media queries stay in the element."""
    return css_inline.inline(html, keep_style_tags=True, load_remote_stylesheets=False)
