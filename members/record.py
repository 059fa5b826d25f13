"""What one person agreed to and when, in plain words: their own record, and the proof a manager may be asked for."""

from dataclasses import dataclass

from django.utils.timezone import localtime

from members.models import Consent, Member
from partnerships.models import Partnership


@dataclass(frozen=True)
class Line:
    """One choice: `sentence` says what, `words` are those the person read ('' where none were shown)."""

    at: str
    partnership: str
    sentence: str
    words: str
    digest: str


def of(member: Member, partnership: Partnership | None = None, who: str = "You") -> list[Line]:
    """Return every choice of a member, of rows merged into theirs too, oldest first; on one list if one is given."""
    consents = Consent.objects.filter(member__in=[member, *member.merged.all()]).select_related(
        "partnership", "wording"
    )
    if partnership is not None:
        consents = consents.filter(partnership=partnership)
    return [_line(consent, who) for consent in consents]


def _line(consent: Consent, who: str) -> Line:
    answer = "yes" if consent.given else "no"
    sentence = f"{consent.get_purpose_display()}: {answer}. {who} {consent.get_how_display()}."
    if consent.asked_at:
        sentence += f" The file says: signed up {localtime(consent.asked_at):%-d %B %Y at %H:%M}."
    if consent.confirmed_at:
        sentence += f" The file says: confirmed {localtime(consent.confirmed_at):%-d %B %Y at %H:%M}."
    return Line(
        at=f"{localtime(consent.at):%-d %B %Y at %H:%M}",
        partnership=str(consent.partnership),
        sentence=sentence,
        words=consent.wording.text if consent.wording else "",
        digest=consent.wording_id or "",
    )
