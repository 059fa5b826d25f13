"""Mails about meetings: one text for many people, the links and the calendar entry each their own."""

from meetings.emails.announcing import message
from meetings.emails.leaders import nearly_done, stranger, time_for_a_date, who_came
from meetings.emails.links import register
from meetings.emails.wishes import asks_to_join, proposal_answered, proposes, wish_answered

__all__ = [
    "asks_to_join",
    "message",
    "nearly_done",
    "proposal_answered",
    "proposes",
    "register",
    "stranger",
    "time_for_a_date",
    "who_came",
    "wish_answered",
]
