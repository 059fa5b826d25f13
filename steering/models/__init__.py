from steering.models.executive import Sharing
from steering.models.handover import HandoverNote
from steering.models.interest import Interest
from steering.models.keys import KeyHolders, KeyTurn, NotTheirs
from steering.models.roles import RoleDescription
from steering.models.rules import Rules
from steering.models.seats import SEATED, Holding, Seat

__all__ = [
    "SEATED",
    "HandoverNote",
    "Holding",
    "Interest",
    "KeyHolders",
    "KeyTurn",
    "NotTheirs",
    "RoleDescription",
    "Rules",
    "Seat",
    "Sharing",
]
