"""Once it is out: a correction to those who have it, a withdrawal that says so, and the account in an inbox."""

from email import message_from_bytes, policy
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from mailings.blank import Blank
from mailings.models import Delivery, Mailing
from members.models import Consent, Membership
from newsletters.accounts import tell_managers
from newsletters.models import Correction
from newsletters.models.corrections import NotYet
from newsletters.pictures import clean
from newsletters.words import Words
from tests import factories
from tests.newsletters.photos import GREY

WRONG = "The training is on **Thursday**, not on Tuesday."


@pytest.fixture
def end():
    """Let a mailing that is on its way end: all handed over but for those in `failed`."""

    def over(mailing, failed=()):
        mailing.deliveries.filter(member__in=failed).update(
            state="failed", reason="The mailbox is full", finished_at=timezone.now()
        )
        mailing.deliveries.filter(state="queued").update(state="sent", finished_at=timezone.now())
        Mailing.objects.filter(pk=mailing.pk).update(state="done", finished_at=timezone.now())
        mailing.refresh_from_db()
        return mailing

    return over


@pytest.fixture
def parsed_letters():
    """Return the letters of a kind as they would leave."""

    def parsed(kind: str) -> list:
        rows = Delivery.objects.filter(mailing__kind=kind).select_related("mailing__rendition")
        raws = (Blank(row.mailing.rendition.body).fill(row) for row in rows)
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]

    return parsed


@pytest.fixture
def out(tested, dee, readers, prepare, end):
    """An issue that reached three of four: the last reader's mail server refused it."""
    end(prepare(tested.send(version=tested.version, by=dee)), failed=[readers[2]])
    tested.refresh_from_db()
    return tested


def send(client, screen, newsletter, words=WRONG):
    read = client.post(screen("correction", newsletter), {"words": words})
    assert "Send it to" in read.content.decode()
    return client.post(screen("correction", newsletter), {"words": words, "sure": read.context["form"].seal})


def test_a_correction_is_read_over_and_goes_to_those_who_have_it(as_member, dee, out, screen, readers, leeds, mail_of):
    late = factories.member("late@example.org", "Late")
    factories.membership(late, leeds)
    Membership.objects.get(member=readers[1]).leave(how=Consent.How.CHOICES)

    send(as_member(dee), screen, out)

    mailing = Correction.objects.get().mailing
    mail = mail_of(mailing, readers[0])
    assert mail["Subject"] == "Correction: Autumn news for schools and artists"
    assert "The training is on Thursday, not on Tuesday." in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {d.member for d in mailing.deliveries.all()} == {readers[0], dee}  # not who left, missed it, or came later
    assert [row.reason for row in mailing.exclusions.all()] == ["left the list"]
    assert mailing.follows == out.mailing


def test_pressed_twice_there_is_one_correction(as_member, dee, out, screen):
    for _ in range(2):
        send(as_member(dee), screen, out)
    assert Correction.objects.count() == 1


def test_other_words_than_those_read_over_are_shown_again(as_member, dee, out, screen):
    read = as_member(dee).post(screen("correction", out), {"words": WRONG})
    sure = read.context["form"].seal
    again = as_member(dee).post(screen("correction", out), {"words": "Something else", "sure": sure})
    assert again.status_code == 200
    assert not Correction.objects.exists()


def test_nothing_is_corrected_while_it_is_on_its_way(as_member, dee, tested, screen, prepare, readers):
    prepare(tested.send(version=tested.version, by=dee))
    assert as_member(dee).get(screen("correction", tested)).url == screen("change", tested)
    with pytest.raises(NotYet):
        Correction.send(tested, WRONG, by=dee)


def test_a_correction_stands_above_the_issue_and_in_the_feed(as_member, client, dee, out, screen, prepare, leeds):
    send(as_member(dee), screen, out)
    assert "Corrected on" not in client.get(out.get_absolute_url()).content.decode()

    prepare(Correction.objects.get().mailing)

    page = client.get(out.get_absolute_url()).content.decode()
    assert page.index("Corrected on") < page.index("<strong>Thursday</strong>") < page.index("busy")
    feed = ElementTree.fromstring(client.get(reverse("newsletters:feed", args=[leeds.slug])).content)
    assert "Corrected." in feed.find(".//{http://www.w3.org/2005/Atom}summary").text


def test_who_missed_it_gets_it_from_its_own_page(as_member, dee, out, screen):
    page = as_member(dee).get(screen("change", out)).content.decode()
    assert "Send it to the one who missed it" in page
    as_member(dee).post(reverse("admin:mailings_mailing_missed", args=[out.mailing_id]))
    assert "to those who missed it" in as_member(dee).get(screen("change", out)).content.decode()


def test_a_withdrawn_issue_says_so_everywhere_and_shows_nothing(as_member, client, dee, out, screen, leeds):
    as_member(dee).post(screen("withdrawal", out), {"withdrawal": "It named a school that had asked not to be named."})

    page = client.get(out.get_absolute_url()).content.decode()
    assert "withdrew this newsletter on" in page and "had asked not to be named" in page
    assert "busy" not in page and "A grant for schools" not in page
    assert "Withdrawn on" in client.get(reverse("newsletters:archive", args=[leeds.slug])).content.decode()
    feed = client.get(reverse("newsletters:feed", args=[leeds.slug])).content.decode()
    assert "had asked not to be named" in feed and "busy" not in feed

    as_member(dee).post(screen("withdrawal", out), {"back": "1"})
    assert "busy" in client.get(out.get_absolute_url()).content.decode()


def test_a_withdrawal_needs_its_sentence_and_an_issue_that_is_out(as_member, dee, eve, out, draft, screen):
    assert as_member(dee).post(screen("withdrawal", out), {"withdrawal": " "}).status_code == 422
    assert as_member(eve).post(screen("withdrawal", out), {"withdrawal": "Mine now"}).status_code == 404
    out.refresh_from_db()
    assert out.withdrawn_at is None


def test_the_pictures_of_a_withdrawn_issue_go_with_it_unless_another_shows_them(client, dee, out, leeds):
    from newsletters.models import Newsletter, Picture

    kept = Picture.keep(clean(GREY), leeds)
    out.sections.filter(position=0).update(picture=kept, alt="Grey")
    out.withdraw("A mistake", by=dee)
    assert client.get(kept.get_absolute_url()).status_code == 404
    Newsletter.begin(
        leeds, Words.typed(number=30, half_term=None, subject="x", sections=[("a", "b", None, kept.pk, "Grey")])
    )
    assert client.get(kept.get_absolute_url()).status_code == 200


def test_the_account_comes_once_to_who_sent_it(out, dee, parsed_letters):
    for _ in range(2):
        tell_managers()
    [letter] = parsed_letters("newsletter-account")
    text = letter.get_body(("plain",)).get_content()
    assert letter["To"] == "dee@example.org"
    assert "What became of" in letter["Subject"]
    assert "3 copies were handed over to the readers’ mail servers, out of 4." in text
    assert "1 copy was refused by the reader’s mail server." in text
    assert "Person 2: failed. The mailbox is full" in text
    assert "delivered" not in text


def test_one_that_was_taken_back_has_no_account(tested, dee):
    tested.send(version=tested.version, by=dee)
    tested.undo(by=dee)
    assert tell_managers() == 0
