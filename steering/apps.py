from django.apps import AppConfig

from lcep import site


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Steering"

    def ready(self) -> None:
        from steering import admin, plan_panels  # noqa: F401 - the package admin registers the screens on the desk

        site.my_panels.add("plan", plan_panels.my_actions, order=30)
        site.partnership_rooms.add("plan", plan_panels.room, order=45)
