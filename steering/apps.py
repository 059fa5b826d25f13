from django.apps import AppConfig

from lcep import site


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Steering"

    def ready(self) -> None:
        from members.rights.everything import BY_ADDRESS
        from steering import admin, daily, panels, plan_panels  # noqa: F401 - the package registers its screens
        from steering.models import Interest

        BY_ADDRESS[Interest] = "email"
        site.partnership_rooms.add("steering", panels.room, order=40)
        site.my_panels.add("roles", panels.my_roles, order=25)
        site.needs.add("seats and keys", panels.needs, order=45)
        site.desk_verbs.add("handover", panels.handover, order=90)
        site.retention.add("interest in seats", daily.forget_interest)
        site.my_panels.add("plan", plan_panels.my_actions, order=30)
        site.partnership_rooms.add("plan", plan_panels.room, order=45)
