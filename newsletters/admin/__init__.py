from newsletters.admin.newsletters import NewsletterAdmin
from newsletters.admin.stories import StoryAdmin

__all__ = ["NewsletterAdmin", "StoryAdmin"]
