from newsletters.admin.newsletters import NewsletterAdmin

__all__ = ["NewsletterAdmin"]
