"""How a mail of steering is put together: one shape for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lcep.letters import Kind, Letter, written

if TYPE_CHECKING:
    from members.models import Member
    from partnerships.models import Partnership


@dataclass(frozen=True)
class Said:
    """What a mail says. `rows` are pairs of label and value, `why` says why somebody gets it."""

    subject: str
    heading: str
    paragraphs: Sequence[str]
    why: str
    rows: Sequence[tuple[str, str]] = ()
    quoted: str = ""
    button: str = ""
    href: str = ""
    after: Sequence[str] = ()


def letter(
    kind: Kind,
    said: Said,
    *,
    key: str,
    partnership: "Partnership | None",
    member: "Member | None" = None,
    address: str = "",
    reply_to: Sequence[str] = (),
) -> Letter:
    """Return the letter to a member, or to an address that belongs to none yet. `key` makes it go once.

    Without a partnership it stands on no manager's desk: an Executive's mail is not hers to read.
    """
    subject, text, html = written("steering", {"said": said, "greeting": member.greeting if member else ""})
    to = member.mail_to if member else address
    return Letter(kind, to, subject, text, html, member=member, partnership=partnership, key=key, reply_to=reply_to)
