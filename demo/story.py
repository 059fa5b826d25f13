"""The story of the demonstration: LeedsCEP at home here, with everything that happens in it invented.

It is placed relative to today, and told in chapters. A chapter is told once; what people did to it since stays. On
a later day the half terms that have gone by get their newsletter, and the next one its draft.
"""

from datetime import timedelta

from django.db import transaction

from demo import gatherings, meetings, noticeboard, planning, steering
from demo.guard import PEOPLE, refuse_real_people
from demo.issues import Issue
from demo.mailing_list import address_of
from demo.models import Chapter
from demo.people import Leeds, Northvale, appoint_the_keepers
from demo.plan import Plan
from demo.school_days import SchoolDays, illustrate
from lcep import site
from lcep.site import today
from members.models import Member
from partnerships.models import HalfTerm, Partnership, Place
from pods.models import Group

KEY = "leedscep"  # its lasting name in the directory's data files, whatever its address is by now
NAME = "LeedsCEP"
POSTAL_IDENTITY = "LeedsCEP, invented for this demonstration, 1 Nowhere Street, Leeds"
GONE_OUT = 5  # newsletters that had gone out when the story was first told
AHEAD = timedelta(days=365)


def load() -> list[str]:
    """Tell what has not been told yet, and say in sentences what there is to see.

    Raises RealPeopleError, and changes nothing, where a member's address could be somebody's.
    """
    refuse_real_people()
    with transaction.atomic():
        _load_the_facts()
        leeds = Partnership.objects.get(seed_key=KEY)
        days = _terms(Place.objects.get(seed_key="leeds"))
        first_time = Chapter.begin(PEOPLE)
        if first_time:
            _come_home(leeds)
            Leeds(leeds, days).settle()
            appoint_the_keepers()
        _newsletters(leeds, days, first_time)
        if Chapter.begin("meetings"):
            meetings.tell(leeds, days)
        if Chapter.begin("gatherings"):
            gatherings.tell(leeds, days)
        if Chapter.begin("noticeboard"):
            noticeboard.tell(leeds, days, _person("Dee Marigold"))
        if Chapter.begin("planning"):
            planning.tell(leeds, days, _person("Dee Marigold"))
        if Chapter.begin("steering"):
            steering.tell(leeds, days, _person("Dee Marigold"))
        if Chapter.begin("plan"):  # after all that its book of evidence counts
            Plan(leeds, days).tell()
        _northvale()
    return _sentences(leeds, days)


def _load_the_facts() -> None:
    """Load the directory where nobody has yet: the story needs its partnership, places and groups."""
    if not Group.objects.filter(partnership__seed_key=KEY, kind=Group.Kind.EXECUTIVE).exists():
        for seed in site.seeds:
            seed()


def _terms(place: Place) -> SchoolDays:
    illustrate(place, until=today() + AHEAD)
    return SchoolDays(place)


def _come_home(leeds: Partnership) -> None:
    """Give it the name it had while it was what the story tells of, and what every mail of it needs."""
    leeds.name = NAME
    leeds.mailbox = leeds.mailbox or f"{KEY}@example.org"
    leeds.postal_identity = leeds.postal_identity or POSTAL_IDENTITY
    leeds.save(update_fields=["name", "mailbox", "postal_identity"])


def _newsletters(leeds: Partnership, days: SchoolDays, first_time: bool) -> None:
    """Tell of the half terms gone by since the last newsletter, and of the one that comes next."""
    for half_term in _half_terms(leeds, days, GONE_OUT if first_time else None):
        Issue(leeds, days, half_term, text=str(half_term.number), by=_person("Dee Marigold")).tell()


def _half_terms(leeds: Partnership, days: SchoolDays, most: int | None) -> list[HalfTerm]:
    """The last `most` half terms whose newsletter is due already, or all since the first one told, and the next one."""
    past = [half_term for half_term in days.half_terms if days.issue_on(half_term) < today()]
    coming = [half_term for half_term in days.half_terms if half_term not in past][:1]
    if most is None:
        told = leeds.newsletters.exclude(half_term=None).order_by("half_term__first_on").first()
        past = [half_term for half_term in past if told and half_term.first_on >= told.half_term.first_on]
        return past + coming
    return past[-most:] + coming


def _northvale() -> None:
    """Tell of the second partnership: its people, and a draft of its first newsletter."""
    northvale = Northvale()
    if Chapter.begin(northvale.said["slug"]):
        days = _terms(northvale.place())
        partnership = northvale.settle(days)
        coming = next(half_term for half_term in days.half_terms if days.issue_on(half_term) >= today())
        Issue(partnership, days, coming, text="northvale", by=_person(northvale.said["people"][0])).tell()


def _person(name: str) -> Member | None:
    return Member.objects.filter(email=address_of(name)).first()


def _sentences(leeds: Partnership, days: SchoolDays) -> list[str]:
    people = leeds.memberships.current().count()
    pods = leeds.groups.current().pods().count()
    gone_out = leeds.newsletters.published().count()
    said_of = [f"{leeds} is at home here, with {people} invented members and {pods} pods."]
    draft = leeds.newsletters.drafts().order_by("-number").first()
    if draft and draft.half_term:
        due = days.issue_on(draft.half_term)
        said_of.append(
            f"{gone_out} newsletters have gone out. The one for {draft.half_term.name} is in draft, "
            f"due on {due:%A %-d %B}."
        )
    return said_of
