"""What the story's manager finds on her desk in autumn, in the spring, in May and in August."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from demo import story
from demo.mailing_list import address_of
from lcep.site import until, waiting
from members.models import Member
from newsletters.models import Notice
from newsletters.planner.monday import _asked_by
from newsletters.planner.year import Year
from partnerships.models import Partnership

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("day", "half_term", "says"),
    [
        (date(2026, 11, 18), "Autumn 2", "It is time to ask for news for Autumn 2’s newsletter."),
        (date(2027, 3, 3), "Spring 2", "Spring 2 is due Friday 12 March."),
        (date(2027, 5, 12), "Summer 1", "Next year’s school dates are not in yet."),
        (date(2027, 8, 11), "Autumn 1", "Next year’s school dates are not in yet."),
    ],
)
def test_the_desk_is_plausible(day, half_term, says, db):
    with time_machine.travel(datetime.combine(day, time(9, 30), tzinfo=LONDON)):
        story.load()
        leeds = Partnership.objects.get(seed_key="leedscep")
        assert Year.of(leeds).slot.half_term.name == half_term
        dee = Member.objects.get(email=address_of("Dee Marigold"))
        sentences = [need.sentence for need in waiting(_asked_by(dee))]
        assert any(says in sentence for sentence in sentences), sentences
        assert len(sentences) <= 9
        assert until(_asked_by(dee))[0] > day
        notice = Notice.objects.get(partnership=leeds)
        assert notice.mailing.prepared == notice.mailing.deliveries.count() > 20
        assert notice.mailing.started_at.date() < day
