from django.apps import AppConfig

from lcep import site


class PodsConfig(AppConfig):
    name = "pods"
    verbose_name = "Groups"

    def ready(self) -> None:
        from pods import (
            admin,  # noqa: F401 - registers the screen on the desk
            belonging,
            importing,
            moving_in,
            panels,
            seeding,
        )

        site.moving_in.add("groups", moving_in.groups, order=20)
        site.moving_in.add("roles", moving_in.who_does_what, order=40)
        site.import_columns.add("groups", importing.extra)
        site.forgetting.add("groups", belonging.forget, order=20)
        site.merging.add("groups", belonging.merge)
        site.barring.add("groups", belonging.bar)
        site.still_needed.add("groups", belonging.needed)
        site.chairs.add("groups", belonging.chairs)
        site.seeds.add("groups", seeding.seed, order=20)
        site.my_panels.add("pods", panels.my_pods, order=20)
        site.partnership_rooms.add("pods", panels.room, order=30)
        site.welcome_steps.add("pods", panels.which_pods, order=50)
