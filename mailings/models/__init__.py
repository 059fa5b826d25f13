from mailings.models.deliveries import Delivery, Exclusion
from mailings.models.mailings import Mailing, Rendition
from mailings.models.senders import Route, Sender, Site

__all__ = ["Delivery", "Exclusion", "Mailing", "Rendition", "Route", "Sender", "Site"]
