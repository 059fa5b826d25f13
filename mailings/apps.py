from django.apps import AppConfig


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = "Sending"

    def ready(self) -> None:
        from lcep import site
        from mailings import (
            admin,  # noqa: F401 - registers the screens on the desk
            bounces,
            fingerprint,
            forgetting,
            heartbeat,
            inbox,
            measures,
            panels,
            rehearsal,  # noqa: F401 - a kind
            stopping,  # noqa: F401 - the worker's signals
        )

        site.forgetting.add("mailings", forgetting.forget, order=80)
        inbox.readers.add("bounces", bounces.read, order=10)
        site.readiness.add("sender heartbeat", heartbeat.check)
        site.measures.add("mailings", measures.measures)
        site.restored.add("mailings", fingerprint.unsettle)
        site.needs.add("mailings", panels.needs, order=10)
