from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "Demonstration"

    def ready(self) -> None:
        from demo import guard  # noqa: F401  (registers its check)
