"""The facts that `manage.py seed` loads: sourced, honest about what is not known, and about nobody in person."""

import re
import time
import tomllib
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from members.models import Member
from partnerships.models import BankHoliday, Document, HalfTerm, Partnership, Place, Priority, Region, Supporter
from partnerships.models.sourced import Sourced
from pods.models import Group

pytestmark = pytest.mark.once

FILES = sorted(Path(settings.BASE_DIR).glob("*/data/*.toml"))
OURS = [path for path in FILES if path.parts[-3] in {"partnerships", "pods"}]
SOURCED = [model for model in apps.get_models() if issubclass(model, Sourced)]


def seed() -> str:
    out = StringIO()
    call_command("seed", stdout=out)
    return out.getvalue()


@pytest.fixture
def seeded(db):
    seed()


def test_seeding_twice_changes_nothing_and_takes_no_time(seeded):
    began = time.process_time()
    assert seed() == "Nothing changed: every fact is as the data files have it.\n"
    assert time.process_time() - began < 1


@pytest.mark.parametrize("model", SOURCED, ids=lambda model: model.__name__)
def test_every_row_has_its_source(seeded, model):
    assert not model.objects.filter(source="").exists()
    assert not model.objects.filter(seed_key=None).exists()


def test_nobody_is_named_and_nothing_is_invented(seeded):
    assert not Member.objects.exists()
    assert not Partnership.objects.at_home().exists()
    assert not Partnership.objects.exclude(mailbox="").exists()
    for path in OURS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[\w.+-]+@[\w-]+\.\w", text), f"{path.name} holds an e-mail address"
        assert not re.search(r"\b(?:Dr|Mrs?|Ms|Prof|Cllr|Sir|Dame)\b\.? [A-Z]", text), f"{path.name} names a person"


def test_the_day_of_confirming_is_the_day_of_the_research_or_unknown(seeded):
    for model in SOURCED:
        days = set(model.objects.values_list("last_confirmed_on", flat=True))
        assert days <= {date(2026, 11, 21), None}


def test_what_is_not_confirmed_says_so(seeded):
    for partnership in Partnership.objects.all():
        assert (partnership.status == "unconfirmed") == (partnership.last_confirmed_on is None), partnership


def test_summaries_fit_and_are_there(seeded):
    for partnership in Partnership.objects.all():
        assert 20 < len(partnership.summary) <= 300


def test_the_regions_stand_in_their_order(seeded):
    assert [region.slug for region in Region.objects.all()] == ["london", "leeds", "elsewhere"]


def test_london_has_33_areas_and_leeds_33_wards(seeded):
    london = Place.objects.filter(region__slug="london")
    assert london.filter(kind="borough").count() == 32
    assert [place.slug for place in london.exclude(kind="borough")] == ["city-of-london"]
    assert Place.objects.get(slug="leeds").parts.filter(kind="ward").count() == 33


def test_the_sixteen_lines_of_london_are_partnerships(seeded):
    lines = [
        ("barking-and-dagenham", "Inspiring Futures"),
        ("barnet", "Barnet & Culture for Youth"),
        ("bexley", "Creative Bexley"),
        ("brent", "Brent Local Cultural Education Partnership"),
        ("camden", "Camden Spark"),
        ("city-of-london", "Culture Mile Learning"),
        ("croydon", "Croydon Cultural Education Partnership"),
        ("ealing", "Youth Culture Revolution Ealing"),
        ("hackney", "East London Cultural Education Alliance"),
        ("hammersmith-and-fulham", "Hammersmith and Fulham LCEP"),
        ("haringey", "Haringey Creates"),
        ("islington", "11 by 11"),
        ("lambeth", "Lambeth LCEP"),
        ("southwark", "Making Sense"),
        ("waltham-forest", "Waltham Forest LCEP"),
        ("wandsworth", "Creative Wandsworth"),
    ]
    for place, name in lines:
        assert Partnership.objects.filter(places__slug=place, name=name, region__slug="london").exists(), name


def test_the_alliance_of_east_london_covers_seven_boroughs_beside_their_own(seeded):
    alliance = Partnership.objects.get(slug="elcea")
    assert alliance.places.count() == 7
    havering = Partnership.objects.filter(places__slug="havering")
    assert {each.slug for each in havering} == {"elcea", "fuse-havering"}


def test_the_other_two_pilots_stand_elsewhere_in_england(seeded):
    elsewhere = Partnership.objects.filter(region__slug="elsewhere")
    assert {place.name for each in elsewhere for place in each.places.all()} == {"Bristol", "Great Yarmouth"}


def test_leeds_keeps_its_slug_and_both_its_names(seeded):
    leeds = Partnership.objects.get(slug="leedscep")
    names = {name.name: (name.from_when, name.until_when, name.slug) for name in leeds.names.all()}
    assert leeds.name == "Leeds33"
    assert names == {"LeedsCEP": ("2017-09", "2023", ""), "Leeds33": ("2023", "", "leeds33")}


def test_old_slugs_shadow_no_partnership(seeded):
    slugs = set(Partnership.objects.values_list("slug", flat=True))
    old = {name.slug for each in Partnership.objects.all() for name in each.names.all() if name.slug}
    assert not slugs & old


def test_leeds_has_four_priorities_with_a_pod_each(seeded):
    leeds = Partnership.objects.get(slug="leedscep")
    assert [priority.position for priority in leeds.priorities.all()] == [1, 2, 3, 4]
    for priority in Priority.objects.all():
        assert [group.kind for group in priority.groups.all()] == ["pod"]
        assert priority.text


def test_leeds_has_a_steering_group_and_an_executive_both_appointed(seeded):
    appointed = Group.objects.exclude(kind="pod")
    assert {group.kind: group.joining for group in appointed} == {"steering": "appointed", "executive": "appointed"}
    assert {(group.gap_min, group.gap_max) for group in Group.objects.pods()} == {(8, 12)}


def test_the_supporter_of_london_is_a_new_direction(seeded):
    assert [str(each.organisation) for each in Supporter.objects.current().filter(region__slug="london")] == [
        "A New Direction"
    ]


def test_documents_are_links_and_titles_with_a_line_of_our_own(seeded):
    for document in Document.objects.all():
        assert document.summary
        assert document.url == "" or document.url.startswith("https://")
    own = Document.objects.filter(kind="own", partnership__slug="leedscep", url="")
    assert own.filter(summary__icontains="partnership holds the text").count() == own.count() >= 5
    assert Document.objects.filter(region__slug="london").count() >= 2


def test_half_terms_of_leeds_add_up_to_195_days(seeded):
    terms = list(HalfTerm.objects.of([Place.objects.get(slug="leeds")]))
    closed = set(BankHoliday.objects.values_list("day", flat=True))
    days = [school_days(term.first_on, term.last_on, closed) for term in terms]
    assert days == [40, 35, 30, 29, 24, 37]
    assert sum(days) == 195
    assert {term.school_year for term in terms} == {"2025/26"}
    assert not any(term.is_illustrative for term in terms)
    assert all(earlier.last_on < later.first_on for earlier, later in pairwise(terms))


def test_bank_holidays_are_eight_weekdays_a_year(seeded):
    for year in range(2025, 2029):
        days = BankHoliday.objects.filter(day__year=year)
        assert days.count() == 8
        assert all(holiday.day.weekday() < 5 for holiday in days)
    closed = BankHoliday.objects.filter(name__in=["Good Friday", "Easter Monday"]).values_list("day", flat=True)
    terms = HalfTerm.objects.all()
    assert not any(term.first_on <= day <= term.last_on for day in closed for term in terms)


def test_every_row_of_a_file_is_loaded(seeded):
    rows = sum(len(tomllib.loads(path.read_text(encoding="utf-8")).keys() - {"defaults"}) for path in OURS)
    assert rows == sum(model.objects.count() for model in SOURCED)


def school_days(first: date, last: date, closed: set[date]) -> int:
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)
