"""What a mail about a meeting says, for its text and its HTML alike."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from meetings import ics

if TYPE_CHECKING:
    from meetings.models import Meeting


@dataclass
class Said:
    """What a mail about a meeting says, for its text and its HTML alike."""

    heading: str
    first: list[str]
    meeting: "Meeting | None" = None
    was: str = ""
    struck: bool = False
    button: str = ""
    href: str = ""
    after: list[str] = field(default_factory=list)
    agenda: list[str] = field(default_factory=list)
    points: str = ""  # what stands above the list
    papers: list[Any] = field(default_factory=list)
    follow_ups: list[Any] = field(default_factory=list)
    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def when(self) -> str:
        return self.meeting.when if self.meeting and self.meeting.starts_at else ""

    @property
    def where(self) -> str:
        return ics.where(self.meeting) if self.when and self.meeting else ""
