from meetings.models.announcements import Announcement, What
from meetings.models.invitations import CalendarKey, Invitation
from meetings.models.meetings import Meeting, MeetingChange, NotNow, Planned
from meetings.models.polls import DatePoll, PollAnswer, PollOption
from meetings.models.records import AgendaItem, Attendance, Conflict, FollowUp, MinutesRevision, Paper
from meetings.models.reports import PodReport

__all__ = [
    "AgendaItem",
    "Announcement",
    "Attendance",
    "CalendarKey",
    "Conflict",
    "DatePoll",
    "FollowUp",
    "Invitation",
    "Meeting",
    "MeetingChange",
    "MinutesRevision",
    "NotNow",
    "Paper",
    "Planned",
    "PodReport",
    "PollAnswer",
    "PollOption",
    "What",
]
