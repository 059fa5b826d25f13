from django.apps import AppConfig

from lcep import site


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = "Newsletters"

    def ready(self) -> None:
        from mailings.kinds import bulk
        from newsletters import emails, moving, panels
        from newsletters.admin import moving_in  # the package registers the screens on the desk
        from newsletters.stories import from_groups

        bulk(emails.NEWSLETTER, emails.readers_of, emails.newsletter)
        bulk(emails.TEST, emails.tester_of, emails.test)
        bulk(emails.CORRECTION, emails.corrected_of, emails.correction)
        bulk(moving.MOVED, moving.readers_of, moving.moved)
        site.group_endings.add("story", from_groups.of_a_story, order=10)
        site.desk_addresses.add("moving in", moving_in.addresses)
        site.moving_in.add("past newsletters", moving.past_issues, order=70)
        site.moving_in.add("test", moving.test_to_me, order=80)
        site.moving_in.add("telling", moving.tell_everyone, order=90)
        site.needs.add("moving in", panels.moving_in, order=15)
        site.desk_verbs.add("newsletter", panels.write, order=10)
        site.needs.add("newsletters", panels.needs, order=20)
        site.needs.add("stories", panels.stories_waiting, order=25)
        site.desk_panels.add("newsletters", panels.this_half_term, order=20)
        site.my_panels.add("newsletters", panels.latest, order=30)
        site.partnership_rooms.add("newsletters", panels.room, order=20)
        site.signs_of_life.add("newsletters", panels.last_newsletter, order=20)
