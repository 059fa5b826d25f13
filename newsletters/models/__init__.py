from newsletters.models.corrections import Correction
from newsletters.models.draft_links import DraftLink
from newsletters.models.newsletters import Closed, Conflict, Newsletter
from newsletters.models.notices import Full, Notice, Told
from newsletters.models.pictures import Picture
from newsletters.models.planning import Ask, WorkingWeek
from newsletters.models.proofs import Proof
from newsletters.models.sections import Revision, Section
from newsletters.models.stories import Readership, Story

__all__ = [
    "Ask", "Closed", "Conflict", "Correction", "DraftLink", "Full", "Newsletter", "Notice", "Picture", "Proof",
    "Readership", "Revision", "Section", "Story", "Told", "WorkingWeek",
]  # fmt: skip
