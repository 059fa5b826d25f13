"""The archive on the web: by school year, one page an issue, a feed; for anybody, from any cache."""

from datetime import datetime, timedelta
from uuid import uuid4
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from newsletters.models import Newsletter, Notice, Story
from newsletters.words import Words
from partnerships.models import HalfTerm, PartnershipName

ATOM = "{http://www.w3.org/2005/Atom}"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def issues(leeds):
    """Numbers 1 to 3, brought along; 3 belongs to a half term."""
    made = []
    for number, sent in enumerate([datetime(2025, 7, 1), datetime(2025, 10, 1), datetime(2026, 1, 9)], 1):
        words = Words.typed(number=number, half_term=None, subject=f"Issue {number}", sections=[("Part", "Words")])
        newsletter = Newsletter.begin(leeds, words)
        newsletter.published_at = sent.replace(hour=10, tzinfo=LONDON)
        newsletter.save()
        made.append(newsletter)
    return made


def archive(leeds) -> str:
    return reverse("newsletters:archive", args=[leeds.slug])


def feed(leeds) -> str:
    return reverse("newsletters:feed", args=[leeds.slug])


def test_issues_stand_by_school_year_newest_first(client, leeds, dee, issues):
    place = leeds.places.get()
    issues[2].half_term = HalfTerm.objects.create(
        place=place, school_year="2024/25", name="Odd", number=1, first_on="2024-09-01", last_on="2024-10-20"
    )
    issues[2].save()
    page = client.get(archive(leeds))
    found = {year: [issue.number for issue in shelf.issues] for year, shelf in page.context["years"].items()}
    assert found == {"2025/26": [2], "2024/25": [3, 1]}
    assert list(found) == ["2025/26", "2024/25"]


@pytest.fixture
def notice(leeds, ben, dee):
    """One of two stories, sent on 5 August 2025: the school year before the one that begins in September."""
    stories = []
    for title in ("Drums for Year 5", "A second one"):
        stories.append(Story.send(leeds, writer=ben, readers=[], kind="news", title=title, text="Words"))
        stories[-1].approve(by=dee)
    notice = Notice.send(leeds, stories, subject="Drums for Year 5 (and 1 more)", key=uuid4(), by=dee)
    at = datetime(2025, 8, 5, 10, tzinfo=LONDON)
    Mailing.objects.filter(pk=notice.mailing_id).update(state="preparing", started_at=at)
    return notice


def test_short_notices_stand_below_the_issues_of_their_school_year(client, leeds, dee, issues, notice):
    before, _, after = client.get(archive(leeds)).content.decode().partition("Short notices in 2024/25")
    assert "Issue 1" in before and "Drums for Year 5 (and 1 more)" not in before
    assert notice.get_absolute_url() in after and "5 August 2025" in after
    page = client.get(notice.get_absolute_url()).content.decode()
    assert "<h1>Drums for Year 5 (and 1 more)</h1>" in page and "A second one</a></h2>" in page


def test_the_title_of_a_withdrawn_story_leaves_the_archive_with_it(client, leeds, dee, notice):
    notice.stories[0].withdraw(by=dee)
    for address in (archive(leeds), f"/partnerships/{leeds.slug}/noticeboard/", notice.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "Drums for Year 5" not in page and "Short notice of 5 August 2025" in page


def test_one_issue_has_a_page_with_the_one_before_and_after(client, leeds, dee, issues):
    page = client.get(issues[1].get_absolute_url()).content.decode()
    assert "<h1>Issue 2</h1>" in page
    assert "Number 1: Issue 1" in page
    assert "Number 3: Issue 3" in page
    assert "Sent on Wednesday 1 October 2025" in page
    assert "Number 4" not in client.get(issues[2].get_absolute_url()).content.decode()


def test_a_draft_is_not_shown_and_appears_when_it_begins_to_go_out(client, leeds, tested, dee, prepare):
    address = tested.get_absolute_url()
    assert client.get(address).status_code == 404

    mailing = tested.send(version=tested.version, by=dee)
    assert client.get(address).status_code == 404
    assert "Autumn news" not in client.get(archive(leeds)).content.decode()

    prepare(mailing)
    assert client.get(address).status_code == 200
    assert "Autumn news" in client.get(archive(leeds)).content.decode()


def test_what_was_taken_back_is_not_shown(client, tested, dee):
    tested.send(version=tested.version, by=dee)
    tested.undo(by=dee)
    assert client.get(tested.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("number", ["0", "99", "100001", "9" * 30])
def test_an_unknown_number_does_not_exist(client, leeds, dee, issues, number):
    assert client.get(f"/partnerships/leedscep/newsletters/{number}/").status_code == 404


def test_a_partnership_without_a_manager_or_newsletters_has_no_archive(client, listed):
    assert client.get(archive(listed)).status_code == 404
    assert client.get(feed(listed)).status_code == 404


def test_a_hidden_partnership_shows_nothing(client, leeds, dee, issues):
    leeds.status = "hidden"
    leeds.save()
    assert client.get(archive(leeds)).status_code == 404
    assert client.get(issues[0].get_absolute_url()).status_code == 404
    assert client.get(feed(leeds)).status_code == 404


def test_a_partnership_that_lost_its_manager_keeps_its_archive_and_takes_nobody(client, leeds, issues):
    page = client.get(archive(leeds)).content.decode()
    assert "Issue 1" in page
    assert "Get the next one" not in page


def test_before_the_first_issue_it_says_so(client, leeds, dee):
    assert "has not gone out yet" in client.get(archive(leeds)).content.decode()


def test_a_former_name_leads_to_the_present_archive(client, leeds, dee, issues):
    PartnershipName.objects.create(partnership=leeds, name="Old", slug="old-name")
    answer = client.get("/partnerships/old-name/newsletters/2/")
    assert (answer.status_code, answer.url) == (301, "/partnerships/leedscep/newsletters/2/")
    assert client.get("/partnerships/old-name/newsletters/feed.xml").url == feed(leeds)


def test_it_touches_no_session_and_can_be_cached(client, as_member, leeds, dee, issues):
    for address in (archive(leeds), issues[0].get_absolute_url(), feed(leeds)):
        answer = client.get(address)
        assert "Set-Cookie" not in answer
        assert "Cookie" not in answer.get("Vary", "")
        assert "public" in answer["Cache-Control"]
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
        assert as_member(dee).get(address).content == answer.content
        assert client.post(address).status_code == 405


def test_the_list_costs_the_same_for_many(client, leeds, dee, issues, django_assert_max_num_queries):
    for number in range(10, 30):
        made = Newsletter.begin(leeds, Words.typed(number=number, half_term=None, subject=f"Issue {number}"))
        Newsletter.objects.filter(pk=made.pk).update(published_at=timezone.now())
    with django_assert_max_num_queries(5):
        client.get(archive(leeds))


def test_the_feed_is_atom_absolute_and_stable(client, leeds, dee, issues):
    first = client.get(feed(leeds))
    tree = ElementTree.fromstring(first.content)
    entries = tree.findall(f"{ATOM}entry")

    assert first["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert tree.find(f"{ATOM}updated").text == "2026-01-09T10:00:00+00:00"
    assert {link.get("rel"): link.get("href") for link in tree.findall(f"{ATOM}link")} == {
        "alternate": "http://localhost:8000/partnerships/leedscep/newsletters/",
        "self": "http://localhost:8000/partnerships/leedscep/newsletters/feed.xml",
    }
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["Issue 3", "Issue 2", "Issue 1"]
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == 3
    for entry in entries:
        assert entry.find(f"{ATOM}updated") is not None
        assert "<h2" in entry.find(f"{ATOM}summary").text
    assert client.get(feed(leeds), headers={"host": "127.0.0.1"}).content == first.content


def test_an_empty_feed_is_valid_and_stable(client, leeds, dee):
    first = client.get(feed(leeds)).content
    assert ElementTree.fromstring(first).find(f"{ATOM}updated").text.startswith("2017-09-01")
    assert client.get(feed(leeds)).content == first


def test_the_feed_holds_the_newest_twenty(client, leeds, dee):
    for number in range(1, 26):
        made = Newsletter.begin(leeds, Words.typed(number=number, half_term=None, subject=f"Issue {number}"))
        sent = timezone.now() - timedelta(days=100 - number)
        Newsletter.objects.filter(pk=made.pk).update(published_at=sent)
    entries = ElementTree.fromstring(client.get(feed(leeds)).content).findall(f"{ATOM}entry")
    assert len(entries) == 20
    assert entries[0].find(f"{ATOM}title").text == "Issue 25"
