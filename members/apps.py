from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "People"

    def ready(self) -> None:
        from lcep import site
        from members import (
            admin,  # noqa: F401 - registers the screens on the desk
            emails,  # noqa: F401 - declares the kinds of mail
            panels,
        )

        site.desk_verbs.add("people", panels.find_a_person, order=40)
