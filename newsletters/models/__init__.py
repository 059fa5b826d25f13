from newsletters.models.newsletters import Closed, Conflict, Newsletter
from newsletters.models.proofs import Proof
from newsletters.models.sections import Revision, Section

__all__ = ["Closed", "Conflict", "Newsletter", "Proof", "Revision", "Section"]
