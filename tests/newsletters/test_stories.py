"""A story from its writer to the noticeboard, a newsletter, and back to the writer."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from mailings.models import Delivery, Mailing
from newsletters.models import Newsletter, Readership, Story
from newsletters.stories import pasting, telling
from newsletters.words import SECTIONS
from partnerships.models import HalfTerm, Priority

BOARD = "/partnerships/leedscep/noticeboard/"
SEND = f"{BOARD}send/"
STORIES = "/admin/newsletters/story/"


def typed(**changes) -> dict:
    words = {
        "title": "Free drumming for Year 5",
        "kind": "opportunity",
        "text": "Six mornings in **June**, free for schools.",
        "link": "drums.example.org/june",
        "readers": ["primary"],
        "closes_on": "",
        "credit": "Ben, Example Drums",
    }
    return words | changes


def letters(kind: str) -> list[Mailing]:
    return list(Mailing.objects.filter(kind=kind).order_by("pk"))


@pytest.fixture
def sent(leeds, ben) -> Story:
    words = typed(link="https://drums.example.org/june", closes_on=None)
    return Story.send(leeds, writer=ben, **words)


@pytest.fixture
def approved(sent, dee) -> Story:
    sent.approve(by=dee)
    return sent


def test_a_member_sends_one_and_the_manager_approves_it(as_member, client, ben, dee):
    page = as_member(ben).post(SEND, typed(), follow=True).content.decode()
    assert "is with LeedsCEP’s manager" in page and "waiting for the manager" in page
    story = Story.objects.get()
    assert (story.link, [row.reader for row in story.readerships.all()]) == (
        "https://drums.example.org/june",
        ["primary"],
    )
    assert "drumming" not in client.get(BOARD).content.decode()
    assert client.get(story.get_absolute_url()).status_code == 404

    desk = as_member(dee)
    assert "A story came on" in desk.get("/admin/").content.decode()
    desk.post(f"{STORIES}{story.pk}/approval/")

    board = client.get(BOARD).content.decode()
    assert "Free drumming for Year 5" in board and "Six mornings in June, free" in board
    page = client.get(story.get_absolute_url()).content.decode()
    assert "<strong>June</strong>" in page and "From Ben, Example Drums." in page and "For Primary schools" in page
    [told] = letters("story-approved")
    assert told.deliveries.get().address == "ben@example.org"


def test_deciding_twice_tells_the_writer_once(as_member, sent, dee):
    desk = as_member(dee)
    for _ in range(2):
        desk.post(f"{STORIES}{sent.pk}/approval/")
    desk.post(f"{STORIES}{sent.pk}/refusal/", {"refusal": "Too late"})
    sent.refresh_from_db()
    assert sent.refused_at is None and len(letters("story-approved")) == 1 and not letters("story-refused")


def test_a_story_is_read_before_it_is_approved_and_changes_go_with_the_yes(as_member, client, sent, dee):
    desk, address = as_member(dee), f"{STORIES}{sent.pk}/change/"
    page = desk.get(address).content.decode()
    assert "<strong>June</strong>" in page.split("Change its words")[0]
    assert desk.post(address, typed(title=" ", press="approve")).status_code == 422
    assert client.get(sent.get_absolute_url()).status_code == 404

    said = desk.post(address, typed(title="Drums for all", press="approve"), follow=True).content.decode()
    assert "“Drums for all” is on the noticeboard. Ben has been told." in said
    assert "Drums for all" in client.get(BOARD).content.decode()
    assert len(letters("story-approved")) == 1


def test_a_no_has_a_sentence(as_member, client, sent, dee, ben):
    desk = as_member(dee)
    assert desk.post(f"{STORIES}{sent.pk}/refusal/", {"refusal": " "}).status_code == 422
    desk.post(f"{STORIES}{sent.pk}/refusal/", {"refusal": "This was in the last one."})
    assert client.get(sent.get_absolute_url()).status_code == 404
    assert "Not taken: This was in the last one." in as_member(ben).get(SEND).content.decode()
    assert len(letters("story-refused")) == 1


def test_the_same_story_sent_twice_is_one(as_member, ben):
    for _ in range(2):
        as_member(ben).post(SEND, typed())
    assert Story.objects.count() == 1


def test_only_people_on_the_list_send(as_member, client, cy, leeds):
    assert client.get(SEND).status_code == 302
    assert as_member(cy).post(SEND, typed()).status_code == 404
    assert not Story.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "\u202e"}, "Enter a title"),
        ({"title": "x" * 121}, "Shorten the title to 120 characters"),
        ({"kind": "spam"}, "Choose what it is from the list"),
        ({"text": "x" * 5001}, "Shorten the story to 5,000 characters: it has 5,001"),
        ({"link": "javascript:alert(1)"}, "Enter a link like"),
        ({"closes_on": "2020-01-01"}, "1 January 2020 is over"),
        ({"closes_on": "soon"}, "Enter a day like"),
        ({"readers": ["everyone"]}, "Choose whom it is for from the list"),
    ],
)
def test_what_cannot_be_is_explained_and_kept(as_member, ben, changes, says):
    answer = as_member(ben).post(SEND, typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and "Example Drums" in page
    assert not Story.objects.exists()


def test_hostile_words_come_out_harmless(as_member, client, ben, dee):
    as_member(ben).post(SEND, typed(title="<script>x</script>", text="<img src=x onerror=y> [a](javascript:b)"))
    story = Story.objects.get()
    story.approve(by=dee)
    for address in (BOARD, story.get_absolute_url(), f"{BOARD}feed.xml"):
        page = client.get(address).content.decode()
        assert "<script>x" not in page and "<img src=x" not in page and 'href="javascript' not in page


def test_the_noticeboard_is_filtered_by_kind_and_by_reader(client, leeds, ben, dee):
    for title, kind, readers in [
        ("Drums", "opportunity", ["primary"]),
        ("Grant", "funding", []),
        ("Post", "job", ["youth"]),
    ]:
        words = typed(title=title, kind=kind, readers=readers, closes_on=None, link="")
        Story.send(leeds, writer=ben, **words).approve(by=dee)

    def shown(query: str) -> list[str]:
        return sorted(story.title for story in client.get(BOARD + query).context["page"])

    assert shown("") == ["Drums", "Grant", "Post"]
    assert shown("?kind=job") == ["Post"]
    assert shown("?reader=primary") == ["Drums", "Grant"], "what is for everybody is for them too"
    assert client.get(f"{BOARD}?kind=spam").status_code == 400


def test_what_is_over_leaves_the_board_and_keeps_its_page(client, approved):
    Story.objects.filter(pk=approved.pk).update(closes_on=today() - timedelta(days=1))
    assert "drumming" not in client.get(BOARD).content.decode()
    assert "drumming" not in client.get(f"{BOARD}feed.xml").content.decode()
    assert "This is over." in client.get(approved.get_absolute_url()).content.decode()


def test_what_is_withdrawn_is_gone_until_it_is_put_back(as_member, client, approved, dee):
    desk, address = as_member(dee), f"{STORIES}{approved.pk}/withdrawal/"
    desk.post(address, {"hang": "no"})
    assert client.get(approved.get_absolute_url()).status_code == 404
    desk.post(address, {"hang": "no"})
    desk.post(address, {"hang": "again"})
    assert client.get(approved.get_absolute_url()).status_code == 200


def test_the_manager_puts_one_up_at_once(as_member, client, dee):
    as_member(dee).post(f"{STORIES}add/", typed(readers=[]))
    assert "Free drumming" in client.get(BOARD).content.decode()
    assert not letters("story-approved"), "she knows"


def test_the_manager_puts_words_right(as_member, client, approved, dee):
    as_member(dee).post(f"{STORIES}{approved.pk}/change/", typed(title="Drumming", readers=["youth", "special"]))
    approved.refresh_from_db()
    assert approved.title == "Drumming"
    assert {row.reader for row in Readership.objects.filter(story=approved)} == {"youth", "special"}


def test_another_partnerships_manager_sees_none_of_it(as_member, approved, eve):
    desk = as_member(eve)
    assert "drumming" not in desk.get(STORIES).content.decode()
    for door in ("change", "approval", "refusal", "withdrawal", "history"):
        address = f"{STORIES}{approved.pk}/{door}/"
        assert {desk.get(address).status_code, desk.post(address).status_code} <= {404, 405, 403}, door
    approved.refresh_from_db()
    assert approved.withdrawn_at is None


def test_stories_become_sections_and_the_draft_remembers_which(as_member, draft, approved, dee):
    desk = as_member(dee)
    address = reverse("admin:newsletters_newsletter_stories", args=[draft.pk])
    assert "Free drumming for Year 5" in desk.get(address).content.decode()
    before = draft.sections.count()
    for _ in range(2):
        desk.post(address, {"story": approved.pk})
    section = draft.sections.last()
    assert (draft.sections.count(), section.heading, section.story) == (before + 1, approved.title, approved)
    assert "[Free drumming for Year 5: find out more](https://drums.example.org/june)" in section.body
    assert "is in this newsletter already" in desk.get(address).content.decode()


def test_what_does_not_fit_into_a_newsletter_is_said_and_stays(as_member, draft, leeds, ben, dee, screen):
    rows = [Story(partnership=leeds, writer=ben, kind="news", title=f"N {at}", text="x") for at in range(SECTIONS)]
    Story.objects.bulk_create(rows)
    Story.objects.update(approved_at=timezone.now(), decided_by=dee)
    ticked = {"story": [story.pk for story in Story.objects.all()]}
    said = as_member(dee).post(screen("stories", draft), ticked, follow=True).content.decode()
    assert "38 stories stand at the end now." in said
    assert "A newsletter holds 40 sections. Two stories do not fit and stay on the noticeboard." in said
    again = as_member(dee).post(screen("stories", draft), ticked, follow=True).content.decode()
    assert "Two stories do not fit" in again and "Nothing was ticked" not in again
    assert draft.sections.count() == SECTIONS


def test_editing_the_words_keeps_where_a_section_came_from(as_member, draft, approved, dee, screen, typed):
    draft.add([approved], by=dee)
    desk, last = as_member(dee), draft.sections.count() - 1
    page = desk.get(screen("words", draft)).content.decode()
    assert f'name="story_{last}" value="{approved.pk}"' in page
    desk.post(screen("words", draft), typed(draft, **{f"story_{last}": approved.pk, f"body_{last}": "Other words"}))
    section = draft.sections.last()
    assert (section.body, section.story) == ("Other words", approved)


def test_a_story_of_somebody_else_cannot_be_slipped_in(as_member, draft, dee, elsewhere, eve, screen, typed):
    other = Story.send(elsewhere, writer=eve, title="Theirs", kind="news", text="x", readers=[])
    desk = as_member(dee)
    desk.post(reverse("admin:newsletters_newsletter_stories", args=[draft.pk]), {"story": other.pk})
    desk.post(screen("words", draft), typed(draft, story_0=other.pk))
    desk.post(screen("words", draft), typed(draft, story_0="9" * 30))
    assert not draft.sections.exclude(story=None).exists()


def test_the_writer_hears_once_that_it_went_out(draft, approved, dee, leeds, ben):
    draft.add([approved], by=dee)
    mailing = draft.send(version=draft.version, by=dee)
    assert telling.tell_writers() == 0, "it has not gone out yet"
    now = timezone.now()
    Mailing.objects.filter(pk=mailing.pk).update(
        state="done", candidates=2, prepared=2, excluded=0, started_at=now, finished_at=now
    )
    for address in ("ben@example.org", "dee@example.org"):
        handed_over(mailing, address)
    for _ in range(2):
        telling.tell_writers()
    [told] = letters("story-sent")
    assert told.deliveries.get().address == "ben@example.org"
    assert "2 people" in told.subject


def handed_over(mailing: Mailing, address: str) -> None:
    Delivery.objects.create(
        mailing=mailing, address=address, key=address.encode().ljust(32), state="sent", finished_at=timezone.now()
    )


def test_the_newsletter_is_named_on_the_story(client, draft, approved, dee):
    draft.add([approved], by=dee)
    Newsletter.objects.filter(pk=draft.pk).update(published_at=timezone.now())
    page = client.get(approved.get_absolute_url()).content.decode()
    assert f"newsletter {draft.number}</a>" in page


def test_the_board_asks_as_much_of_the_database_for_twenty_as_for_two(
    client, leeds, ben, dee, django_assert_num_queries, django_assert_max_num_queries
):
    def fill(count):
        for number in range(count):
            Story.send(leeds, writer=ben, **typed(title=f"Story {number}", closes_on=None, link="")).approve(by=dee)

    fill(2)
    with django_assert_max_num_queries(12) as few:
        client.get(BOARD)
    fill(20)
    with django_assert_num_queries(len(few)):
        client.get(BOARD)


def test_the_feed_is_the_same_bytes_until_something_changes(client, approved):
    one, two = client.get(f"{BOARD}feed.xml").content, client.get(f"{BOARD}feed.xml").content
    assert one == two and b"Free drumming for Year 5" in one


def test_a_story_says_its_last_day_in_words(approved):
    approved.closes_on = date(2026, 12, 12)
    assert "Closes on Saturday 12 December 2026." in approved.body


def test_a_pasted_mail_fills_the_fields_and_keeps_nothing(as_member, leeds, dee):
    mail = (
        "Hi Dee, could this go in?\n\n---------- Forwarded message ---------\n"
        "From: Mo Thunderjar <mo@example.org>\nDate: Mon, 3 Nov\nSubject: Fwd: Drums for Year 5\nTo: Dee\n\n"
        "> Six mornings in June,\n> free for schools.\n\n-- \nMo Thunderjar\nExample Drums\n"
    )
    desk = as_member(dee)
    page = desk.post(f"{STORIES}add/", {"mail": mail})
    assert not Story.objects.exists()
    form = page.context["form"]
    assert form["title"].value() == "Drums for Year 5" and form["credit"].value() == "Mo Thunderjar"
    assert form["text"].value() == "Six mornings in June,\nfree for schools."
    assert "mo@example.org" not in page.content.decode()
    assert desk.post(f"{STORIES}add/", {"mail": " "}).status_code == 422


@pytest.mark.parametrize(
    ("mail", "title", "text", "credit"),
    [
        ("Only words.", "Only words.", "Only words.", ""),
        ("Subject: Re: RE: Jobs\n\nTwo jobs.", "Jobs", "Two jobs.", ""),
        ("From: mo@example.org\nSubject: Jobs\n\nTwo.\nSent from my phone", "Jobs", "Two.", ""),
        ("*From:* Mo <mo@example.org>\n*Subject:* Jobs\n\nTwo.", "Jobs", "Two.", "Mo"),
        ("", "", "", ""),
    ],
)
def test_mails_come_in_many_shapes(mail, title, text, credit):
    assert pasting.read(mail) == (title, text, credit)


def test_the_writer_hears_which_issue_once_its_words_have_settled(draft, approved, dee, leeds, ben):
    half_term = HalfTerm.objects.create(
        place=leeds.places.get(), school_year="2099/00", name="Autumn 2", number=2,
        first_on=today() - timedelta(days=20), last_on=today() + timedelta(days=30),
    )  # fmt: skip
    draft.add([approved], by=dee)
    Newsletter.objects.filter(pk=draft.pk).update(half_term=half_term)
    telling.tell_writers()
    assert letters("story-placed") == [], "she may still take it out again"
    Newsletter.objects.filter(pk=draft.pk).update(edited_at=timezone.now() - timedelta(hours=2))
    telling.tell_writers()
    telling.tell_writers()
    [told] = letters("story-placed")
    assert told.subject == f"Your story is to be in newsletter {draft.number}: Free drumming for Year 5"


def test_the_noticeboard_is_filtered_by_priority(client, leeds, ben, dee):
    voice = Priority.objects.create(partnership=leeds, title="Youth voice", short_name="Voice", source="x")
    for title, priority in (("Heard", voice), ("Other", None)):
        Story.send(leeds, writer=ben, **typed(title=title, closes_on=None, link="", priority=priority)).approve(by=dee)
    assert "Other" in client.get(BOARD).content.decode()
    page = client.get(f"{BOARD}?priority={voice.pk}").content.decode()
    assert "Heard" in page and "Other" not in page
    assert client.get(f"{BOARD}?priority=999").status_code == 400
