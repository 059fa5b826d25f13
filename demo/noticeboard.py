"""What hangs on the story's noticeboard, and what waits for its manager: placed around today."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from demo.mailing_list import address_of, said
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from members.models import Member
from newsletters.models import Story
from partnerships.models import Partnership

MORNING = time(9, 40)


def tell(leeds: Partnership, days: SchoolDays, manager: Member | None) -> None:
    """Hang up the stories of the file; a writer is told nothing, because nobody has just decided."""
    for told in said("stories")["story"]:
        _tell(leeds, days, told, manager)


def _tell(leeds: Partnership, days: SchoolDays, told: dict[str, Any], manager: Member | None) -> None:
    writer = Member.objects.filter(email=address_of(told["by"])).select_related("organisation").first()
    sent_at = timezone.make_aware(datetime.combine(days.on_or_before(today() - DAY * told["sent"]), MORNING))
    closes_on = days.on_or_after(today() + DAY * told["closes"]) if "closes" in told else None
    organisation = getattr(writer, "organisation", None)
    story = Story.objects.create(
        partnership=leeds,
        writer=writer,
        credit=", ".join(filter(None, [told["by"], str(organisation or "")])),
        sent_at=sent_at,
        closes_on=closes_on,
        approved_at=None if told.get("waits") else sent_at + timedelta(hours=5),
        decided_by=None if told.get("waits") else manager,
        **{name: told[name] for name in ("kind", "title", "text")},
    )
    story.read_by(told.get("for", []))
