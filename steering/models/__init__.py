from steering.models.decisions import Decision
from steering.models.evidence import EvidenceBook, FunderLine
from steering.models.executive import Sharing
from steering.models.handover import HandoverNote
from steering.models.interest import Interest
from steering.models.keys import KeyHolders, KeyTurn, NotTheirs
from steering.models.packs import Pack, ReportNote
from steering.models.plan import Action, Objective, PlanUpdate, State
from steering.models.roles import RoleDescription
from steering.models.rules import Rules
from steering.models.seats import SEATED, Holding, Seat
from steering.models.youth_voice import YouthVoice

__all__ = [
    "SEATED",
    "Action",
    "Decision",
    "EvidenceBook",
    "FunderLine",
    "HandoverNote",
    "Holding",
    "Interest",
    "KeyHolders",
    "KeyTurn",
    "NotTheirs",
    "Objective",
    "Pack",
    "PlanUpdate",
    "ReportNote",
    "RoleDescription",
    "Rules",
    "Seat",
    "Sharing",
    "State",
    "YouthVoice",
]
