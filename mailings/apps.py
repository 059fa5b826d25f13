from django.apps import AppConfig


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = "Sending"

    def ready(self) -> None:
        from mailings import stopping  # noqa: F401 - listens to the worker's signals
