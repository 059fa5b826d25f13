from django.apps import AppConfig


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = "Sending"

    def ready(self) -> None:
        from lcep import site
        from mailings import (
            admin,  # noqa: F401 - registers the screens on the desk
            heartbeat,
            panels,
            rehearsal,  # noqa: F401 - a kind
            stopping,  # noqa: F401 - the worker's signals
        )

        site.readiness.add("sender heartbeat", heartbeat.check)
        site.needs.add("mailings", panels.needs, order=10)
