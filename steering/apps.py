from django.apps import AppConfig

from lcep import site


class SteeringConfig(AppConfig):
    name = "steering"
    verbose_name = "Steering"

    def ready(self) -> None:
        from mailings.kinds import bulk
        from members.rights.everything import BY_ADDRESS
        from steering import (  # noqa: F401 - the package admin registers the screens on the desk
            admin,
            appointing,
            daily,
            pack_audience,
            pack_emails,
            pack_panels,
            panels,
            plan_endings,
            plan_panels,
            rooms,
        )
        from steering.models import Interest

        BY_ADDRESS[Interest] = "email"
        bulk(pack_emails.PACK, pack_audience.of, pack_emails.message)
        site.appointed.add("keys", appointing.tell)
        site.partnership_rooms.add("steering", rooms.rooms, order=40)
        site.my_panels.add("roles", panels.my_roles, order=25)
        site.needs.add("seats and keys", panels.needs, order=45)
        site.desk_verbs.add("handover", panels.handover, order=90)
        site.desk_seldom.add("steering", panels.once_in_a_while, order=60)
        site.retention.add("interest in seats", daily.forget_interest)
        site.my_panels.add("table", pack_panels.my_table, order=15)
        site.inside_panels.add("pack", pack_panels.inside, order=20)
        site.group_endings.add("plan", plan_endings.of_the_plan, order=30)
        site.reply_parts.add("substitute", pack_panels.stand_in)
        site.needs.add("packs", pack_panels.needs, order=42)
        site.my_panels.add("plan", plan_panels.my_actions, order=30)
