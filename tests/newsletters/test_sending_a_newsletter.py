"""Send, Undo, twice, by two, later, and on the nights when clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from mailings.models import Mailing
from members.models import Consent, Membership
from newsletters.models import Closed, Conflict
from newsletters.standing import takes
from newsletters.words import Part
from trust.models import Entry

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def in_march():
    """Named first, so that the cast is appointed by then."""
    with time_machine.travel("2026-03-20 12:00", tick=False):
        yield


@pytest.fixture
def in_october():
    with time_machine.travel("2026-10-20 12:00", tick=False):
        yield


def now(newsletter) -> dict:
    return {"version": newsletter.version, "when": "now"}


def at(newsletter, day: str, time: str) -> dict:
    return {"version": newsletter.version, "when": "later", "day": day, "at": time}


def newsletters() -> int:
    return Mailing.objects.filter(kind="newsletter").count()


def test_the_button_says_what_it_does(as_member, dee, tested, screen):
    assert "Send to 4 people" in as_member(dee).get(screen("check", tested)).content.decode()


def test_send_waits_two_minutes_and_prepares_the_right_people(as_member, dee, tested, screen, leeds, readers, prepare):
    Membership.objects.get(member=readers[0]).leave(how=Consent.How.CHOICES)
    answer = as_member(dee).post(screen("sending", tested), now(tested), follow=True)

    tested.refresh_from_db()
    mailing = tested.mailing
    assert "It goes out on" in answer.content.decode()
    assert mailing.state == "scheduled"
    assert 100 < (mailing.send_at - timezone.now()).total_seconds() <= 120
    assert (mailing.kind, mailing.purpose, mailing.marketing) == ("newsletter", "newsletter", True)
    assert Entry.objects.get(verb="pressed Send on").actor == dee

    account = prepare(mailing).account()
    assert (account.candidates, account.prepared) == (4, 3)
    assert account.excluded == [("left the list", 1)]


def test_pressed_twice_and_by_two_managers_it_is_one_mailing(as_member, dee, fay, tested, screen):
    for manager in (dee, dee, fay):
        answer = as_member(manager).post(screen("sending", tested), now(tested))
        assert answer.url == screen("change", tested)
    assert newsletters() == 1
    assert Entry.objects.filter(verb="pressed Send on").count() == 1


def test_undo_makes_it_a_draft_again_and_it_can_be_sent_anew(as_member, dee, tested, screen, typed):
    as_member(dee).post(screen("sending", tested), now(tested))
    page = as_member(dee).get(screen("change", tested)).content.decode()
    assert "Undo: make it a draft again" in page

    answer = as_member(dee).post(screen("undo", tested), follow=True)
    assert "nobody got it" in answer.content.decode()
    tested.refresh_from_db()
    assert tested.is_draft
    assert Mailing.objects.get(kind="newsletter").state == "stopped"
    assert "nobody got it" in as_member(dee).post(screen("undo", tested), follow=True).content.decode()
    assert Entry.objects.filter(verb="took back", subject="newsletters.newsletter").count() == 1

    as_member(dee).post(screen("sending", tested), now(tested))
    tested.refresh_from_db()
    assert tested.is_planned
    assert newsletters() == 2


def test_what_has_begun_cannot_be_taken_back(as_member, dee, tested, screen, prepare):
    prepare(tested.send(version=tested.version, by=dee))
    answer = as_member(dee).post(screen("undo", tested), follow=True)
    assert "cannot be taken back" in answer.content.decode()
    tested.refresh_from_db()
    assert tested.is_published


def test_words_that_changed_meanwhile_are_not_sent(as_member, dee, tested, screen, typed):
    seen = now(tested)
    as_member(dee).post(screen("words", tested), typed(tested, opening="Changed after the check"))
    tested.refresh_from_db()
    tested.test(by=dee)

    answer = as_member(dee).post(screen("sending", tested), seen, follow=True)

    assert "changed the words meanwhile" in answer.content.decode()
    assert newsletters() == 0
    with pytest.raises(Conflict):
        tested.send(version=1, by=dee)


def test_what_bars_the_way_bars_it_on_the_server_too(as_member, dee, draft, readers, screen):
    answer = as_member(dee).post(screen("sending", draft), now(draft))
    assert answer.status_code == 422
    assert "test" in answer.content.decode()
    assert newsletters() == 0


def test_an_issue_brought_along_is_never_sent(dee, draft):
    draft.published_at = timezone.now()
    draft.save()
    with pytest.raises(Closed):
        draft.send(version=1, by=dee)


def test_at_a_time_that_is_spelled_out(in_march, as_member, dee, tested, screen):
    answer = as_member(dee).post(screen("sending", tested), at(tested, "2026-03-27", "09:30"), follow=True)
    assert "Friday 27 March 2026 at 09:30" in answer.content.decode()
    tested.refresh_from_db()
    assert tested.mailing.send_at == datetime(2026, 3, 27, 9, 30, tzinfo=LONDON)


def test_a_time_that_does_not_exist_is_explained(in_march, as_member, dee, tested, screen):
    answer = as_member(dee).post(screen("sending", tested), at(tested, "2026-03-29", "01:30"))
    assert answer.status_code == 422
    assert "01:30 does not exist on Sunday 29 March 2026" in answer.content.decode()
    assert newsletters() == 0


def test_a_time_that_happens_twice_is_explained_and_sent_once(in_october, as_member, dee, tested, screen):
    first = as_member(dee).post(screen("sending", tested), at(tested, "2026-10-25", "01:30"))
    assert first.status_code == 422
    assert "01:30 happens twice that night" in first.content.decode()
    assert newsletters() == 0
    understood = first.context["form"]["understood"].value()

    other = as_member(dee).post(
        screen("sending", tested), at(tested, "2026-10-25", "01:45") | {"understood": understood}
    )
    assert other.status_code == 422  # another such hour is explained anew

    again = at(tested, "2026-10-25", "01:30") | {"understood": understood}
    answer = as_member(dee).post(screen("sending", tested), again, follow=True)
    assert "Sunday 25 October 2026 at 01:30" in answer.content.decode()
    tested.refresh_from_db()
    assert tested.mailing.send_at == datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC"))
    assert newsletters() == 1


def test_what_is_over_on_the_chosen_day_says_so_and_offers_another(in_march, as_member, dee, tested, screen):
    words = tested.words.with_sections([Part("Grants", "Apply by 26 March 2026.")])
    tested.revise(words, version=tested.version, by=dee)
    tested.test(by=dee)
    answer = as_member(dee).post(screen("sending", tested), at(tested, "2026-03-27", "09:30"))
    page = answer.content.decode()
    assert answer.status_code == 422 and newsletters() == 0
    assert "“Apply by 26 March 2026” is over when this goes out." in page
    assert "You chose Friday 27 March." in page and screen("check", tested) in page


@pytest.mark.parametrize(
    ("day", "time", "says"),
    [
        ("2026-03-20", "11:00", "That time is over"),
        ("2028-03-20", "11:00", "more than a year away"),
        ("", "11:00", "Enter the day"),
        ("2026-03-27", "", "Enter the time"),
        ("soon", "11:00", "Enter a day like"),
        ("2026-03-27", "25:99", "Enter a time like"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused_in_words(in_march, as_member, dee, tested, screen, day, time, says):
    answer = as_member(dee).post(screen("sending", tested), at(tested, day, time))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert newsletters() == 0


def test_sending_and_undoing_are_never_a_get(as_member, dee, tested, screen):
    for name in ("sending", "undo"):
        assert as_member(dee).get(screen(name, tested)).status_code == 405
    assert newsletters() == 0


def test_the_page_of_a_sent_issue_tells_who_did_not_get_it(as_member, dee, tested, screen, prepare, readers):
    Membership.objects.get(member=readers[1]).pause(timezone.localdate() + timezone.timedelta(days=3))
    mailing = prepare(tested.send(version=tested.version, by=dee))
    mailing.deliveries.update(state="sent", finished_at=timezone.now())
    failed = mailing.deliveries.first()
    type(failed).objects.filter(pk=failed.pk).update(state="failed", reason="The address does not exist")
    Mailing.objects.filter(pk=mailing.pk).update(state="done", finished_at=timezone.now())

    page = as_member(dee).get(screen("change", tested)).content.decode()

    assert "Sent to 2 people" in page
    assert "The address does not exist" in page
    assert "on pause until" in page


def test_a_test_goes_to_oneself_alone_marked_as_such(as_member, dee, draft, readers, screen, mail_of):
    answer = as_member(dee).post(screen("test", draft), follow=True)
    assert "A test is on its way to dee@example.org" in answer.content.decode()
    mailing = Mailing.objects.get(kind="newsletter-test")
    assert not mailing.marketing
    assert mailing.send_at <= timezone.now()

    mail = mail_of(mailing, dee)

    assert mailing.deliveries.count() == 1
    assert mail["subject"] == "[Test] Autumn news for schools and artists"
    assert mail["to"].addresses[0].addr_spec == "dee@example.org"
    assert "A test, sent only to you" in mail.get_body(("plain",)).get_content()


def test_the_page_of_tests_says_what_became_of_each(as_member, dee, draft, screen, prepare):
    draft.test(by=dee)
    assert "to Dee: waiting" in as_member(dee).get(screen("test", draft)).content.decode()
    mailing = prepare(draft.proofs.get().mailing)
    mailing.deliveries.update(state="skipped", reason="We do not write to this address")
    assert "left out (We do not write to this address)" in as_member(dee).get(screen("test", draft)).content.decode()


def test_two_quick_presses_are_one_test_and_an_edit_asks_for_another(as_member, dee, draft, screen, typed):
    for _ in range(2):
        as_member(dee).post(screen("test", draft))
    assert Mailing.objects.filter(kind="newsletter-test").count() == 1
    assert draft.is_tested

    as_member(dee).post(screen("words", draft), typed(draft, opening="Changed"))
    draft.refresh_from_db()
    assert not draft.is_tested


@pytest.mark.parametrize(
    ("count", "limits", "says"),
    [
        (214, {}, ""),
        (214, {"per_second": 10, "per_hour": 500}, ""),
        (540, {"per_day": 300}, "It takes about 2 days: your mail provider takes 300 mails a day."),
        (
            1200,
            {"per_hour": 500, "per_second": 5},
            "It takes about 3 hours: your mail provider takes 500 mails an hour.",
        ),
        (1_000_000, {"per_second": 20}, "It takes about 15 hours: your mail provider takes 20 mails a second."),
    ],
)
def test_before_the_press_it_says_how_long_the_limits_let_it_take(count, limits, says):
    assert takes(count, limits) == says
