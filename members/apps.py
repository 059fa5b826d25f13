from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "People"

    def ready(self) -> None:
        from lcep import site
        from members import (
            admin,  # noqa: F401 - registers the screens on the desk
            emails,  # noqa: F401 - declares the kinds of mail
            moving_in,
            panels,
        )
        from members.admin import complaints
        from members.rights import again  # noqa: F401 - what a restored place does again

        site.moving_in.add("people", moving_in.people, order=30)
        site.needs.add("data complaints", complaints.needs, order=20)
        site.desk_verbs.add("people", panels.find_a_person, order=50)
        site.desk_seldom.add("people", panels.once_in_a_while, order=40)
