"""The pack of a Steering meeting: prepared in the Chair's order, sent once, closed with a log that members can read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from meetings.models import Invitation, Meeting, MinutesRevision, NotNow, PodReport
from newsletters.models import Story
from pods.models import Appointment
from steering import pack_sending
from steering.models import Decision, Pack, ReportNote, State, YouthVoice
from steering.pack import Papers
from steering.pack_closing import Closing, offer_story
from tests import factories
from tests.meetings.conftest import at
from trust.models import Entry
from trust.tokens import REPLY


def page(name, meeting, *more):
    return reverse(f"steering:{name}", args=[meeting.ref, *more])


def over(meeting: Meeting) -> Meeting:
    """Let it have been two hours ago."""
    begun = timezone.now() - timedelta(hours=2)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begun, ends_at=begun + timedelta(hours=1))
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def before(steering):
    """The meeting before, ten weeks ago, with minutes that nobody has agreed yet."""
    then = at(-70)
    earlier = Meeting.objects.create(
        group=steering, status="held", starts_at=then, ends_at=then + timedelta(hours=2), held_at=then,
        **Meeting.named(steering.partnership),
    )  # fmt: skip
    MinutesRevision.objects.create(meeting=earlier, number=1, text="We agreed the dates.", at=then)
    return earlier


def test_the_chair_puts_questions_in_her_order(as_member, cho, meeting):
    client = as_member(cho)
    for question in ("First?", "Second?", "Third?"):
        client.post(page("questions", meeting), {"wish": "ask", "question": question, "background": "It costs £200."})
    third = Decision.objects.get(question="Third?")
    for _ in range(2):
        client.post(page("question", meeting, third.pk), {"wish": "up"})
    client.post(page("question", meeting, third.pk), {"wish": "up"})  # it is first already

    shown = client.get(page("pack", meeting)).content.decode()

    assert shown.index("Third?") < shown.index("First?") < shown.index("Second?")
    assert shown.index("To be decided") < shown.index("Who comes") < shown.index("Reports")


def test_those_round_the_table_read_it_and_nobody_else_does(as_member, sol, sub, ben, eve, fay, dee, meeting):
    for member in (sol, sub, dee):
        assert as_member(member).get(page("pack", meeting)).status_code == 200
    for member in (ben, eve, fay):
        assert as_member(member).get(page("pack", meeting)).status_code == 404
    for name in ("questions", "sending", "closing"):
        assert as_member(sol).get(page(name, meeting)).status_code == 403
        assert as_member(sol).post(page(name, meeting)).status_code == 403


def test_a_meeting_of_a_pod_has_no_pack(as_member, dee, ada, pod, steering):
    other = Meeting.schedule(pod, starts_at=at(30), by=ada, seen=0)
    assert as_member(dee).get(page("pack", other)).status_code == 404


def test_it_goes_out_seven_days_before_and_only_once(meeting, cho, sol, sub, dee, mails):
    Decision.ask(meeting, "Do we pay for travel?", by=cho)
    pack_sending.day()
    assert not Mailing.objects.filter(kind="pack").exists()  # it is three weeks ahead
    soon = at(6)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    for _ in range(3):
        pack_sending.day()

    sent = {who: mail for (who, subject), mail in mails().items() if "what we talk about" in subject}

    assert set(sent) == {"cho@example.org", "sol@example.org", "sub@example.org"}  # the manager looks at her desk
    text = sent["sol@example.org"].get_body(("plain",)).get_content()
    assert "1. Do we pay for travel?" in text and page("pack", meeting) in text
    assert reverse("meetings:reply", args=[REPLY.sign(meeting.pk, sol.pk)])[:-20] in text.replace("=\n", "")
    assert Mailing.objects.filter(kind="pack").count() == 1


def test_one_press_of_the_chair_sends_it_sooner(as_member, cho, meeting):
    assert "3 people get a mail" in as_member(cho).get(page("sending", meeting)).content.decode()
    for _ in range(2):
        as_member(cho).post(page("sending", meeting))
    assert Mailing.objects.filter(kind="pack").count() == 1
    assert Entry.objects.filter(verb="sent the pack of").count() == 1


def test_a_pack_is_not_sent_after_the_meeting(cho, meeting):
    with pytest.raises(NotNow):
        pack_sending.send(Pack.of(over(meeting)), by=cho)


def test_reports_are_asked_for_in_kind_words_and_a_report_stops_it(meeting, pod, ada, dee, mails):
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=at(13), ends_at=at(13, 17, 30))
    for _ in range(2):
        pack_sending.day()
    asked = [mail for (who, subject), mail in mails().items() if "anything for Steering" in subject]
    assert [mail["To"] for mail in asked] == ["ada@example.org"]
    words = asked[0].get_body(("plain",)).get_content()
    assert "othing to report" in words
    assert not any(word in words.lower() for word in ("overdue", "missed", "owed", "failing"))

    PodReport.send(pod, "We met twice.", by=ada)
    assert pack_sending.ask_for_reports(meeting, "again") == 0


def test_reports_are_noted_and_what_is_missing_is_carried_forward(meeting, pod, ada, cho, leeds, as_member):
    quiet = factories.GroupFactory(partnership=leeds, name="Progression", slug="progression")
    PodReport.send(pod, "We met twice.", by=ada)
    pack = Pack.of(over(meeting))

    pack.close(Closing(Papers(meeting)).said, by=cho)

    assert {(note.group, note.report is not None) for note in ReportNote.objects.all()} == {(pod, True), (quiet, False)}
    shown = as_member(cho).get(page("pack", meeting)).content.decode()
    assert "Its news comes with the next meeting." in shown and "We met twice." in shown and "noted" in shown


def test_closing_writes_the_log_agrees_minutes_and_puts_off_the_rest(as_member, cho, ben, meeting, before, steering):
    agreed = Decision.ask(meeting, "Do we pay for travel?", by=cho)
    later = Decision.ask(meeting, "Do we move the office?", by=cho)
    soon = Meeting.schedule(steering, starts_at=at(90), by=cho, seen=Meeting.latest_of(steering))
    over(meeting)
    said = {
        f"outcome-{agreed.pk}": "agreed",
        f"words-{agreed.pk}": "Yes, up to £200 a term.",
        f"means-{agreed.pk}": "You can claim travel for young people.",
        f"outcome-{later.pk}": "later",
        "agreed": [before.minutes_revisions.get().pk],
    }
    answer = as_member(cho).post(page("closing", meeting), said)
    assert answer.status_code == 302
    as_member(cho).post(page("closing", meeting), said | {f"words-{agreed.pk}": "Something else."})

    agreed.refresh_from_db()
    later.refresh_from_db()
    before.refresh_from_db()
    assert (agreed.outcome, agreed.words) == ("agreed", "Yes, up to £200 a term.")
    assert (later.meeting, later.put_off, later.decided_on) == (soon, 1, None)
    assert before.minutes_agreed == 1
    log = as_member(ben).get(reverse("steering:decisions", args=["leedscep"])).content.decode()
    assert "You can claim travel for young people." in log and "£200" not in log  # a member reads what it means
    inside = as_member(cho).get(reverse("steering:decisions", args=["leedscep"])).content.decode()
    assert "Yes, up to £200 a term." in inside


def test_a_question_without_an_answer_keeps_the_meeting_open(as_member, cho, meeting):
    asked = Decision.ask(meeting, "Do we pay for travel?", by=cho)
    over(meeting)
    page_again = as_member(cho).post(page("closing", meeting), {f"outcome-{asked.pk}": "agreed"})
    assert page_again.status_code == 422 and "Say in a sentence what was decided." in page_again.content.decode()
    assert not Pack.objects.get().is_closed


def test_a_meeting_is_closed_once_it_has_begun(as_member, cho, meeting):
    assert as_member(cho).post(page("closing", meeting)).status_code == 302
    assert not Pack.objects.get().is_closed


def test_what_waits_without_a_meeting_comes_onto_the_next_pack(leeds, cho, meeting):
    waiting = Decision.objects.create(partnership=leeds, question="Do we move the office?", asked_by=cho)
    assert waiting in Papers(meeting).decisions
    Pack.of(meeting)
    waiting.refresh_from_db()
    assert waiting.meeting == meeting


def test_the_log_becomes_a_story_that_the_manager_reads_first(cho, dee, meeting):
    asked = Decision.ask(meeting, "Do we pay for travel?", by=cho)
    pack = Pack.of(over(meeting))
    closing = Closing(Papers(meeting))
    closing.rows[0].outcome, closing.rows[0].words = "agreed", "Yes."
    closing.rows[0].means = "You can claim travel."
    pack.close(closing.said, by=cho)
    first, second = offer_story(pack, by=cho), offer_story(pack, by=cho)
    assert (
        first == second
        and first.is_waiting
        and "You can claim travel." in first.text
        and asked.question[:-1] in first.text
    )
    assert Story.objects.waiting().for_steward(dee).get() == first


def test_somebody_who_cannot_come_asks_her_substitute(client, meeting, sol, sub, mails):
    link = reverse("steering:substitute", args=[REPLY.sign(meeting.pk, sol.pk)])
    assert "Ask Sub Willow" in client.get(link).content.decode()
    answer = reverse("meetings:reply", args=[REPLY.sign(meeting.pk, sol.pk)])
    assert link not in client.post(answer, {"reply": "maybe"}, follow=True).content.decode()
    assert link in client.post(answer, {"reply": "no"}, follow=True).content.decode()
    for _ in range(2):
        assert "will get a mail" in client.post(link).content.decode()
    asked = [mail for (who, subject), mail in mails().items() if subject.startswith("Could you stand in")]
    assert all(f"<title>{mail['Subject']}</title>" in mail.get_body("html").get_content() for mail in asked)
    assert [mail["To"] for mail in asked] == ["sub@example.org"]
    Invitation.objects.get(meeting=meeting, member=sub).answer("yes", source="page")
    places = {place.appointment.member: place for place in Papers(meeting).quorum.places}
    assert places[sol].stand_in.member == sub


def test_changes_since_steering_last_met_and_not_older_ones(meeting, before, action, ada):
    action.tell(State.ON_TRACK, "Six have answered.", by=ada, at=before.starts_at - timedelta(days=3))
    action.tell(State.HELP, "We look for a room.", by=ada, at=before.starts_at + timedelta(days=3))
    (change,) = Papers(meeting).changes
    assert (change.was, change.now, change.words) == ("on-track", "help", "We look for a room.")
    assert change.in_words == "On track, now needs help"


def test_terms_that_end_and_answers_that_are_due_stand_in_it(as_member, cho, sol, leeds, meeting):
    Appointment.objects.filter(member=sol).update(term_ends=meeting.starts_at.date() + timedelta(days=30))
    YouthVoice.objects.create(
        partnership=leeds, heard_on=at(-5).date(), organisation="A club", ages="12-14", headcount=11,
        said="A lift home.", answer_by=meeting.starts_at.date(),
    )  # fmt: skip
    shown = as_member(cho).get(page("pack", meeting)).content.decode()
    assert "Terms of office" in shown and "A lift home." in shown and "11 young people" in shown


def test_the_pack_waits_on_the_chairs_own_page_and_on_the_desk(as_member, cho, dee, meeting):
    assert page("pack", meeting) in as_member(cho).get("/me/").content.decode()
    assert "The pack for Steering Group goes out on" in as_member(dee).get("/admin/").content.decode()


def test_looking_changes_nothing(as_member, cho, leeds, meeting):
    waiting = Decision.objects.create(partnership=leeds, question="Do we move the office?", asked_by=cho)
    client = as_member(cho)
    for address in (page("pack", meeting), page("questions", meeting), page("question", meeting, waiting.pk)):
        assert "Do we move the office?" in client.get(address).content.decode()
    client.get(page("sending", meeting))
    client.get(page("closing", over(meeting)))
    assert not Pack.objects.exists() and Decision.objects.get().meeting is None


def test_a_question_that_waits_comes_onto_the_next_pack_and_not_a_later_one(as_member, cho, leeds, steering, meeting):
    later = Meeting.schedule(steering, starts_at=at(90), by=cho, seen=meeting.pk, place="Example Hall")
    Decision.objects.create(partnership=leeds, question="Do we move the office?", asked_by=cho)
    as_member(cho).post(page("questions", later), {"wish": "words", "words": "Welcome."})
    assert not Papers(later).decisions and Papers(meeting).decisions


def test_a_meeting_that_is_called_off_hands_its_questions_and_news_to_the_next(
    as_member, cho, ada, pod, steering, meeting
):
    Decision.ask(meeting, "Do we pay for travel?", by=cho)
    PodReport.send(pod, "Two visits.", by=ada)
    meeting.cancel(by=cho, reason="Snow")
    following = Meeting.schedule(steering, starts_at=at(35), by=cho, seen=1, place="Example Hall")

    (line,) = Papers(following).reports
    assert line.report and line.report.text == "Two visits."
    client = as_member(cho)
    client.post(page("questions", following), {"wish": "ask", "question": "And for food?"})
    assert [each.question for each in Papers(following).decisions] == ["Do we pay for travel?", "And for food?"]
    assert "called off: Snow" in client.get(page("pack", meeting)).content.decode()
    for name in ("questions", "sending", "closing"):
        assert client.post(page(name, meeting)).status_code == 302
    with pytest.raises(NotNow):
        Pack.of(over(meeting)).close(Closing(Papers(meeting)).said, by=cho)


def test_two_substitutes_are_both_asked(client, meeting, sol, sub, steering, mails):
    other = factories.member("other@example.org", "Other Ash")
    seat = Appointment.objects.get(member=sol, group=steering)
    Appointment.appoint(other, steering, Appointment.Role.SUBSTITUTE, substitute_for=seat)
    client.post(reverse("steering:substitute", args=[REPLY.sign(meeting.pk, sol.pk)]))
    asked = [mail["To"] for (_, subject), mail in mails().items() if subject.startswith("Could you stand in")]
    assert sorted(asked) == ["other@example.org", "sub@example.org"]
