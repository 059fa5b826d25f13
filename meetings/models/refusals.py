"""Why a verb was not carried out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meetings.models.meetings import Meeting


class Planned(ValueError):
    """Somebody else planned meanwhile. `meeting` is what they planned."""

    def __init__(self, meeting: "Meeting") -> None:
        super().__init__(f"meeting {meeting.pk} is planned already")
        self.meeting = meeting


class NotNow(ValueError):
    """The state of the meeting does not allow it. The message is a sentence for whoever asked."""
