"""Good dates for a group's next meeting: dates in, ranked suggestions with their reasons out.

Pure: no database, no clock, no time zone. Days are dates, times are wall-clock times of the partnership's
place. A window of weeks opens after the last meeting that was held; days inside it are ruled out or
scored, and what was ruled out is told with its reason.
"""

from meetings.cadence.choosing import suggest
from meetings.cadence.question import Answer, Booking, Question, Rhythm, Suggestion, Window
from meetings.cadence.school import Calendar, Term
from meetings.cadence.window import window_of

__all__ = [
    "Answer",
    "Booking",
    "Calendar",
    "Question",
    "Rhythm",
    "Suggestion",
    "Term",
    "Window",
    "suggest",
    "window_of",
]
