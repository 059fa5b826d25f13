from django.apps import AppConfig

from lcep import site


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = "Newsletters"

    def ready(self) -> None:
        from mailings.kinds import bulk
        from newsletters import emails, leftovers, moving, panels
        from newsletters.admin import moving_in, notices, planner  # the package registers the screens on the desk
        from newsletters.notices import mail as notice
        from newsletters.planner import asking, first
        from newsletters.planner import panels as planned
        from newsletters.stories import from_groups

        bulk(emails.NEWSLETTER, emails.readers_of, emails.newsletter)
        bulk(emails.TEST, emails.tester_of, emails.test)
        bulk(emails.CORRECTION, emails.corrected_of, emails.correction)
        bulk(notice.NOTICE, notice.people_of, notice.message_of)
        bulk(asking.ASK, asking.people_of, asking.message_of)
        asking.register()
        bulk(moving.MOVED, moving.readers_of, moving.moved)
        site.group_endings.add("story", from_groups.of_a_story, order=10)
        site.desk_addresses.add("moving in", moving_in.addresses)
        site.desk_addresses.add("notices", notices.addresses)
        site.desk_addresses.add("planner", planner.addresses)
        site.retention.add("pictures", leftovers.forget_pictures)
        site.moving_in.add("past newsletters", moving.past_issues, order=70)
        site.moving_in.add("test", moving.test_to_me, order=80)
        site.moving_in.add("telling", moving.tell_everyone, order=90)
        site.needs.add("moving in", panels.moving_in, order=15)
        site.desk_verbs.add("newsletter", panels.write, order=10)
        site.desk_seldom.add("planner", panels.once_in_a_while, order=20)
        site.needs.add("mailings that wait", panels.halted, order=19)
        site.needs.add("newsletters", planned.needs, order=20)
        site.needs.add("stories", panels.stories_waiting, order=25)
        site.coming.add("newsletters", planned.coming, order=20)
        site.desk_panels.add("first half term", first.panel, order=1)
        site.desk_panels.add("newsletters", planned.panel, order=5)
        site.my_panels.add("newsletters", panels.latest, order=30)
        site.partnership_rooms.add("newsletters", panels.room, order=20)
        site.signs_of_life.add("newsletters", panels.last_newsletter, order=20)
