from django.apps import AppConfig
from django.core.checks import Tags, register

from lcep import site, stylesheet


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "The directory"

    def ready(self) -> None:
        from partnerships import (
            admin,  # noqa: F401 - registers the screens on the desk
            checks,
            moving_in,
            panels,
            readiness,
            rooms,
            seeding,
        )

        site.moving_in.add("who we are", moving_in.who_we_are, order=10)
        site.moving_in.add("mail name", moving_in.mail_name, order=50)
        site.moving_in.add("school dates", moving_in.school_dates, order=60)
        site.seeds.add("directory", seeding.seed, order=10)
        site.partnership_rooms.add("directory", rooms.rooms, order=10)
        site.needs.add("directory", panels.needs, order=10)
        site.desk_verbs.add("directory", panels.verbs, order=30)
        site.desk_panels.add("directory", panels.entries, order=10)
        site.readiness.add("database", readiness.database, order=10)
        site.readiness.add("migrations", readiness.migrations, order=20)
        site.readiness.add("static files", stylesheet.missing, order=30)
        register(checks.region_is_tried_last, Tags.urls)
        register(checks.no_region_shadows_a_page, Tags.database)
        register(checks.somebody_reads_the_mail, Tags.security, deploy=True)
