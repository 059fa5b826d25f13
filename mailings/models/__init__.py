from mailings.models.deliveries import Delivery, Exclusion
from mailings.models.domains import MailDomain
from mailings.models.feedback import Feedback
from mailings.models.mailings import Mailing, Rendition
from mailings.models.senders import Route, Sender, Site

__all__ = ["Delivery", "Exclusion", "Feedback", "MailDomain", "Mailing", "Rendition", "Route", "Sender", "Site"]
