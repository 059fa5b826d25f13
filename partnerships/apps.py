from django.apps import AppConfig

from lcep import site


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "The directory"

    def ready(self) -> None:
        from partnerships import seeding

        site.seeds.add("directory", seeding.seed, order=10)
