from django.apps import AppConfig

from lcep import site


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        from mailings import inbox
        from mailings.kinds import bulk
        from meetings import audience, belonging, daily, emails, ending, itip, kinds, panels

        emails.register()
        bulk(kinds.GROUP, audience.of, emails.message)
        bulk(kinds.WORD, audience.of, emails.message)
        bulk(kinds.EVENT, audience.of_event, emails.message)
        site.my_panels.add("dates", panels.my_dates, order=10)
        site.my_panels.add("shared papers", panels.shared_papers, order=25)
        site.inside_panels.add("meetings", panels.inside, order=10)
        site.partnership_rooms.add("dates", panels.room, order=35)
        site.signs_of_life.add("meetings", panels.last_meeting, order=30)
        site.group_endings.add("document", ending.of_a_document, order=20)
        site.retention.add("needs", daily.forget_needs)
        site.forgetting.add("meetings", belonging.forget, order=15)
        site.merging.add("meetings", belonging.merge)
        site.desk_verbs.add("event", panels.plan_an_event, order=40)
        site.needs.add("meetings", panels.needs, order=40)
        site.desk_panels.add("meetings", panels.board, order=10)
        inbox.readers.add("calendar replies", itip.read, order=20)
