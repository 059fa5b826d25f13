"""A partnership moves in: a list of tasks that stands by itself, old newsletters, a test, and telling everyone once."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.urls import reverse
from django.utils import timezone

from lcep.site import today
from mailings.blank import Blank
from mailings.models import Delivery, Mailing
from members.models import Membership
from newsletters.models import Newsletter
from newsletters.moving import MOVED, TEST
from partnerships.models import HalfTerm
from pods.models import Appointment, Group
from tests import factories
from trust.models import Entry

PAST = {"number": 3, "title": "Spring news", "sent_on": "2025-03-14", "address": "", "words": ""}


@pytest.fixture
def at(leeds):
    """Return the address of a screen of moving in."""

    def address(name: str, *more, slug: str = leeds.slug) -> str:
        return reverse(f"admin:moving_in_{name}", args=[slug, *more])

    return address


@pytest.fixture
def desk(as_member, dee):
    return as_member(dee)


@pytest.fixture
def handed_over(desk, at, leeds):
    """A test that Dee sent, and that a mail server took."""
    leeds.postal_identity = "LeedsCEP, 1 Example Street, Leeds LS1 1AA"
    leeds.save()
    desk.post(at("test"))
    Delivery.objects.filter(mailing__kind=TEST.name).update(state="sent", handed_at=timezone.now())


def stands(page: str, title: str) -> str:
    """Return what the task list says of a task: Done, To do, Cannot start yet."""
    item = next(part for part in page.split("<li>") if title in part and 'class="tag' in part)
    return item.partition('class="tag')[2].partition(">")[2].partition("<")[0]


def tasks(desk, at) -> str:
    return desk.get(at("tasks")).content.decode()


def test_each_task_is_done_when_its_rows_say_so(desk, at, leeds, dee):
    page = tasks(desk, at)
    titles = ["Who we are", "Our groups", "Our people", "Who is in which pod", "Our mail name", "School dates"]
    titles += ["Past newsletters", "A test to me"]
    assert {title: stands(page, title) for title in titles if "Who is" not in title} == dict.fromkeys(
        [title for title in titles if "Who is" not in title], "To do"
    )
    assert stands(page, "Who is in which pod") == "Cannot start yet"
    assert stands(page, "Tell everyone") == "Cannot start yet"
    assert "0 of 9 things are done" in page

    leeds.summary, leeds.postal_identity = "Schools and museums plan together", "LeedsCEP, 1 Example Street"
    leeds.save()
    desk.post(at("shape"))
    factories.on_the_list(leeds, 2)
    pod = Group.objects.filter(partnership=leeds, kind="pod").first()
    Appointment.appoint(factories.member("person0@leedscep.example.org"), pod, Appointment.Role.LEAD)
    HalfTerm.objects.create(
        place=leeds.places.get(), school_year="2026/27", name="Autumn 1", number=1,
        first_on=today(), last_on=today() + timedelta(days=30),
    )  # fmt: skip
    desk.post(at("past"), PAST | {"words": "It was spring."})
    page = tasks(desk, at)
    assert {title: stands(page, title) for title in titles[:-1]} == dict.fromkeys(titles[:-1], "Done")


def test_a_manager_who_may_not_add_school_dates_is_told_whom_to_ask(desk, at, leeds, as_member, fay):
    assert "Ask whoever looks after this site" in tasks(desk, at)
    place = reverse("admin:partnerships_place_change", args=[leeds.places.get().pk])
    assert place not in tasks(desk, at)
    assert place in tasks(as_member(fay), at)


def test_one_press_makes_the_shape_of_leedscep_and_a_second_adds_nothing(desk, at, leeds):
    desk.post(at("shape"))
    desk.post(at("shape"))

    groups = Group.objects.filter(partnership=leeds)
    kinds = sorted(groups.values_list("kind", flat=True))
    assert kinds == ["executive", "pod", "pod", "pod", "pod", "steering"]
    assert groups.filter(kind="pod", priority__partnership=leeds).count() == 4
    assert leeds.priorities.count() == 4
    assert Entry.objects.filter(verb="began", subject="pods.group").count() == 6


def test_who_has_pods_keeps_them(desk, at, leeds, pod):
    desk.post(at("shape"))
    assert list(Group.objects.filter(partnership=leeds, kind="pod")) == [pod]
    assert Group.objects.filter(partnership=leeds, kind="steering").exists()


def test_a_past_newsletter_with_an_address_stands_in_the_archive(desk, at, leeds, client):
    answer = desk.post(at("past"), PAST | {"address": "example.org/news(3)"})
    assert answer.status_code == 302
    issue = leeds.newsletters.get()
    assert issue.is_published and not issue.is_draft and not Mailing.objects.exists()

    assert "Spring news" in client.get(reverse("newsletters:archive", args=[leeds.slug])).content.decode()
    page = client.get(issue.get_absolute_url()).content.decode()
    assert 'href="https://example.org/news%283%29"' in page and "14 March 2025" in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Enter the address where it can be read, or paste its words"),
        ({"words": "x", "sent_on": "2999-01-01"}, "That day is still to come"),
        ({"words": "x", "title": " "}, "Enter its title"),
        ({"address": "javascript:alert(1)"}, "Enter an address like"),
        ({"address": "ftp://example.org/x"}, "Enter an address like"),
        ({"words": "x", "number": 0}, "Enter a number from 1 on"),
    ],
)
def test_a_past_newsletter_that_is_not_right_says_why(desk, at, leeds, changes, says):
    answer = desk.post(at("past"), PAST | changes)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not leeds.newsletters.exists()


def test_a_number_is_taken_once(desk, at, leeds):
    desk.post(at("past"), PAST | {"words": "One"})
    answer = desk.post(at("past"), PAST | {"words": "Two", "title": "Other"})
    assert "Number 3 is taken: “Spring news”" in answer.content.decode()
    assert leeds.newsletters.get().sections.get().body == "One"


def test_a_past_newsletter_can_be_taken_out_again_and_one_of_our_own_cannot(desk, at, leeds, dee, draft):
    desk.post(at("past"), PAST | {"words": "One"})
    assert desk.post(at("removal", draft.number)).status_code == 404
    assert desk.post(at("removal", 3)).status_code == 302
    assert desk.post(at("removal", 3)).status_code == 404
    assert list(leeds.newsletters.all()) == [draft]
    assert not draft.take_out(by=dee)


def test_the_test_goes_to_the_manager_alone_and_twice_in_a_minute_once(desk, at, dee, leeds):
    leeds.postal_identity = "LeedsCEP, 1 Example Street"
    leeds.save()
    factories.on_the_list(leeds, 2)
    desk.post(at("test"))
    desk.post(at("test"))
    assert [delivery.address for delivery in Delivery.objects.all()] in ([dee.mail_to], [dee.mail_to] * 2)
    assert stands(tasks(desk, at), "A test to me") == "To do"

    Delivery.objects.update(state="sent", handed_at=timezone.now())
    assert stands(tasks(desk, at), "A test to me") == "Done"
    assert stands(tasks(desk, at), "Tell everyone") == "To do"


def test_nobody_is_told_before_there_are_people_and_a_test(desk, at, leeds):
    desk.post(at("telling"))
    assert not Mailing.objects.exists()
    factories.on_the_list(leeds, 2)
    desk.post(at("test"))
    desk.post(at("telling"))
    assert not Mailing.objects.filter(kind=MOVED.name).exists()


def test_nobody_is_told_by_a_mail_that_does_not_say_who_sends_it(desk, at, leeds, handed_over):
    factories.on_the_list(leeds, 2)
    leeds.postal_identity = ""
    leeds.save()
    assert "It cannot go yet" in desk.post(at("telling"), follow=True).content.decode()
    assert not Mailing.objects.filter(kind=MOVED.name).exists()


def test_everyone_who_chose_the_newsletter_is_told_once(desk, at, leeds, handed_over, prepare):
    readers = factories.on_the_list(leeds, 3)
    other = factories.member("only.events@example.org", "Only Events")
    factories.membership(other, leeds, ["events"])
    page = desk.get(at("telling")).content.decode()
    assert "Send to 4 people" in page  # Dee is on the list too
    assert "did not choose the newsletter" in page and "Only Events" in page

    desk.post(at("telling"))
    desk.post(at("telling"))
    mailing = Mailing.objects.get(kind=MOVED.name)
    assert mailing.can_be_undone and mailing.send_at > timezone.now() + timedelta(seconds=90)
    assert stands(tasks(desk, at), "Tell everyone") == "Done"

    prepare(mailing)
    told = set(mailing.deliveries.values_list("member__email", flat=True))
    assert told == {reader.email for reader in readers} | {"dee@example.org"}
    mails = [
        message_from_bytes(Blank(mailing.rendition.body).fill(delivery), policy=policy.default)
        for delivery in mailing.deliveries.select_related("member")
    ]
    choices = {line for mail in mails for line in mail.get_body(["plain"]).get_content().split() if "/u/" in line}
    assert len(choices) == 4
    assert all(mail["List-Unsubscribe-Post"] for mail in mails)


def test_taken_back_in_time_nobody_gets_it_and_it_can_be_sent_again(desk, at, leeds, handed_over):
    factories.on_the_list(leeds, 1)
    desk.post(at("telling"))
    desk.post(at("undo"))
    desk.post(at("undo"))
    assert stands(tasks(desk, at), "Tell everyone") == "To do"
    desk.post(at("telling"))
    states = list(Mailing.objects.filter(kind=MOVED.name).order_by("pk").values_list("state", flat=True))
    assert states == ["stopped", "scheduled"]


def test_what_has_begun_is_not_taken_back(desk, at, leeds, handed_over, prepare):
    factories.on_the_list(leeds, 1)
    desk.post(at("telling"))
    mailing = prepare(Mailing.objects.get(kind=MOVED.name))
    assert "cannot be taken back" in desk.post(at("undo"), follow=True).content.decode()
    desk.post(at("telling"))
    assert Mailing.objects.get(kind=MOVED.name) == mailing


def test_who_left_meanwhile_is_not_told(desk, at, leeds, handed_over, prepare):
    gone = factories.on_the_list(leeds, 2)[0]
    desk.post(at("telling"))
    Membership.objects.get(member=gone, partnership=leeds).leave(how="leave", by=gone)
    mailing = prepare(Mailing.objects.get(kind=MOVED.name))
    assert not mailing.deliveries.filter(member=gone).exists()


def test_the_desk_says_how_far_it_is_until_the_first_newsletter_went_out(desk, leeds, draft):
    sentence = "Moving in: "
    assert sentence in desk.get("/admin/").content.decode()
    started = {"state": "done", "started_at": timezone.now(), "candidates": 0, "prepared": 0, "excluded": 0}
    draft.mailing = Mailing.schedule("newsletter", key="n", partnership=leeds, subject="x")
    draft.save()
    Mailing.objects.update(**started)
    assert sentence not in desk.get("/admin/").content.decode()


def test_the_manager_of_one_partnership_is_led_to_it(desk, at, as_member, fay, elsewhere, eve):
    assert desk.get("/admin/moving-in/").url == at("tasks")
    page = as_member(fay).get("/admin/moving-in/").content.decode()
    assert at("tasks") in page and at("tasks", slug=elsewhere.slug) in page


@pytest.mark.parametrize("name", ["tasks", "shape", "past", "test", "telling"])
def test_to_another_manager_none_of_it_exists(as_member, eve, dee, ben, client, at, leeds, listed, name):
    assert as_member(eve).get(at(name)).status_code == 404
    assert as_member(eve).post(at(name), PAST | {"words": "Mine"}).status_code in (404, 405)
    assert as_member(dee).get(at(name, slug=listed.slug)).status_code == 404
    assert as_member(ben).get(at(name), follow=True).status_code == 403
    assert "/admin/login/" in client.post(at(name)).url
    assert not Group.objects.filter(partnership=leeds, kind="steering").exists()
    assert not Newsletter.objects.exists() and not Mailing.objects.exists()


def test_the_task_list_costs_the_same_for_many_people(desk, at, leeds, django_assert_max_num_queries):
    factories.on_the_list(leeds, 60)
    with django_assert_max_num_queries(32):
        desk.get(at("tasks"))
