from django.apps import AppConfig
from django.core.checks import Tags, register

from lcep import site, stylesheet


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "The directory"

    def ready(self) -> None:
        from partnerships import admin, checks, readiness, rooms, seeding  # noqa: F401 - admin registers its screens

        site.seeds.add("directory", seeding.seed, order=10)
        site.partnership_rooms.add("directory", rooms.rooms, order=10)
        site.readiness.add("database", readiness.database, order=10)
        site.readiness.add("migrations", readiness.migrations, order=20)
        site.readiness.add("static files", stylesheet.missing, order=30)
        register(checks.region_is_tried_last, Tags.urls)
        register(checks.no_region_shadows_a_page, Tags.database)
        register(checks.somebody_reads_the_mail, Tags.security, deploy=True)
