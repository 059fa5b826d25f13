from newsletters.models.newsletters import Closed, Conflict, Newsletter
from newsletters.models.proofs import Proof
from newsletters.models.sections import Revision, Section
from newsletters.models.stories import Readership, Story

__all__ = ["Closed", "Conflict", "Newsletter", "Proof", "Readership", "Revision", "Section", "Story"]
