from django.apps import AppConfig

from lcep import site


class PodsConfig(AppConfig):
    name = "pods"
    verbose_name = "Groups"

    def ready(self) -> None:
        from pods import seeding

        site.seeds.add("groups", seeding.seed, order=20)
