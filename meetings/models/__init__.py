from meetings.models.announcements import Announcement, What
from meetings.models.changes import MeetingChange
from meetings.models.invitations import CalendarKey, Invitation
from meetings.models.meetings import Meeting
from meetings.models.papers import Paper, PaperVersion
from meetings.models.places import Room, SectorPlaces
from meetings.models.polls import DatePoll, PollAnswer, PollOption
from meetings.models.records import AgendaItem, Attendance, Conflict, FollowUp, MinutesRevision
from meetings.models.refusals import NotNow, Planned
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
    "PaperVersion",
    "Planned",
    "PodReport",
    "PollAnswer",
    "PollOption",
    "Room",
    "SectorPlaces",
    "What",
]
