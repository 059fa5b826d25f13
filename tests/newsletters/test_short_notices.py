"""A short notice: from stories to inboxes, at most twice a month, to those who chose it."""

import uuid
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from mailings.models import Mailing
from newsletters import accounts
from newsletters.models import Full, Notice, Story
from newsletters.notices import mail
from newsletters.notices.check import NoticeCheck
from newsletters.stories import telling
from tests import factories

HOME = "/admin/short-notice/leedscep/"
CHECK = f"{HOME}check/"


@pytest.fixture
def clock():
    with time_machine.travel("2025-12-01 10:00", tick=False) as clock:
        yield clock


def story(leeds, writer, dee, title: str = "Free drums", **more) -> Story:
    words = {"kind": "opportunity", "title": title, "text": "Six **mornings**.", "credit": "Ben"} | more
    made = Story.send(leeds, writer=writer, readers=[], **words)
    made.approve(by=dee)
    return made


@pytest.fixture
def drums(clock, leeds, ben, dee) -> Story:
    leeds.postal_identity = "1 Example Street"
    leeds.save()
    return story(leeds, ben, dee)


def sent(leeds, stories, dee) -> Notice:
    return Notice.send(leeds, stories, subject=mail.subject_of(leeds, stories), key=uuid.uuid4(), by=dee)


def test_from_the_desk_to_the_mailbox_with_nothing_typed(clock, as_member, client, leeds, ben, dee, drums, mail_of):
    factories.on_the_list(leeds, 2)  # the newsletter only
    desk = as_member(dee)
    assert HOME in desk.get("/admin/short-notice/").url
    page = desk.get(HOME).content.decode()
    assert "Free drums" in page and "The first of two this month." in page
    checked = desk.get(f"{CHECK}?story={drums.pk}")
    page = checked.content.decode()
    assert "<strong>2 people</strong>" in page and "did not choose this" in page and "Send to 2 people" in page
    sending = {"story": drums.pk, "key": str(checked.context["key"])}
    for _ in range(2):
        answer = desk.post(CHECK, sending, follow=True)
    assert "Take it back" in answer.content.decode()
    notice = Notice.objects.get()
    assert notice.mailing.purpose == "notices" and notice.mailing.marketing
    assert client.get(notice.get_absolute_url()).status_code == 404  # not before it has begun

    message = mail_of(notice.mailing, ben)
    assert message["Subject"] == "Free drums" and "List-Unsubscribe-Post" in message
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Six mornings." in text and "<strong>mornings</strong>" in html and "at most 2 a month" in text
    assert text.count("/u/") and "1 Example Street" in html
    assert sorted(str(row.member) for row in notice.mailing.deliveries.all()) == ["Ben", "Dee"]

    now = timezone.now()
    notice.mailing.deliveries.update(state="sent")
    Mailing.objects.filter(pk=notice.mailing_id).update(state="done", started_at=now, finished_at=now)
    assert "Six <strong>mornings" in client.get(notice.get_absolute_url()).content.decode()
    assert "short notice of 1 December 2025" in client.get(drums.get_absolute_url()).content.decode()
    for room in ("noticeboard", "newsletters"):
        assert notice.get_absolute_url() in client.get(f"/partnerships/leedscep/{room}/").content.decode()
    telling.tell_writers()
    telling.tell_writers()
    [told] = Mailing.objects.filter(kind="story-sent")
    assert told.subject == "Your story went out to 2 people: Free drums"
    assert accounts.tell_managers() == 1
    [account] = Mailing.objects.filter(kind="newsletter-account")
    assert account.subject == "What became of “Free drums”" and account.deliveries.get().member == dee


def test_the_third_of_a_month_waits_for_the_next(clock, as_member, leeds, ben, dee, drums):
    first = sent(leeds, [drums], dee)
    second = sent(leeds, [story(leeds, ben, dee, "Second")], dee)
    third = story(leeds, ben, dee, "Third")
    with pytest.raises(Full):
        sent(leeds, [third], dee)
    page = as_member(dee).get(HOME).content.decode()
    assert "Both short notices of December have gone out. The next can go from Thursday 1 January." in page
    checked = as_member(dee).post(CHECK, {"story": third.pk, "key": str(uuid.uuid4())})
    assert checked.status_code == 422 and Notice.objects.count() == 2
    assert second.mailing.undo(by=dee)
    assert NoticeCheck(leeds, [third]).count_in_words == "The second of two this month."
    sent(leeds, [third], dee)
    clock.move_to(datetime(2026, 1, 1, 0, 30, tzinfo=timezone.get_current_timezone()))
    sent(leeds, [third], dee)
    assert first.stories == [drums]


def test_one_to_three_open_stories_of_ones_own(clock, as_member, leeds, elsewhere, ben, cy, dee, eve, drums):
    more = [story(leeds, ben, dee, f"Number {at}") for at in range(3)]
    desk = as_member(dee)
    for asked in ("", "story=nonsense", "&".join(f"story={each.pk}" for each in [drums, *more])):
        assert "Tick one, two or three stories." in desk.get(f"{CHECK}?{asked}", follow=True).content.decode()
    theirs = story(elsewhere, cy, eve)
    over = story(leeds, ben, dee, "Over", closes_on=timezone.localdate() - timedelta(days=1))
    for wrong in (theirs, over):
        assert desk.get(f"{CHECK}?story={wrong.pk}").status_code == 302
        with pytest.raises(ValueError, match="open"):
            sent(leeds, [wrong], dee) if wrong is over else sent(leeds, [], dee)
    assert as_member(eve).get(f"{CHECK}?story={drums.pk}").status_code == 404


def test_nobody_to_send_to_bars_the_way(clock, as_member, leeds, ben, dee, drums):
    for member in (ben, dee):
        member.memberships.get(partnership=leeds).choose(["newsletter"], how="choices")
    answer = as_member(dee).post(CHECK, {"story": drums.pk, "key": str(uuid.uuid4())})
    assert answer.status_code == 422 and "Nobody has chosen short notices yet" in answer.content.decode()
    assert not Notice.objects.exists()


def test_a_placeholder_bars_and_a_last_day_is_said(clock, leeds, ben, dee, drums):
    rough = story(leeds, ben, dee, "Rough", text="At [...] o’clock", closes_on=timezone.localdate())
    check = NoticeCheck(leeds, [rough])
    assert [finding.sentence for finding in check.bars] == ["“Rough”: “[...]” is still in."]
    assert "“Rough” closes today." in [finding.sentence for finding in check.advice]


def test_what_is_withdrawn_in_time_goes_to_nobody(clock, leeds, ben, dee, drums, prepare):
    notice = sent(leeds, [drums], dee)
    drums.withdraw(by=dee)
    mailing = prepare(notice.mailing)
    assert mailing.prepared == 0
    assert set(mailing.exclusions.values_list("reason", flat=True)) == {mail.GONE}


def test_several_stories_have_their_headings_and_one_subject(clock, leeds, ben, dee, drums, mail_of):
    long = story(leeds, ben, dee, "A title that goes on and on until no inbox in the world would show it whole, really")
    notice = sent(leeds, [long, drums], dee)
    message = mail_of(notice.mailing, ben)
    subject = message["Subject"].strip()
    assert subject.endswith("… (and 1 more)") and len(subject) <= 78
    html = message.get_body(("html",)).get_content()
    assert html.index("A title that goes on") < html.index("Free drums")
    assert "Two things to know before the next newsletter" in html
