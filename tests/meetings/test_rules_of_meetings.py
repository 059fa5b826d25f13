"""What the tables refuse, and what each verb does the first and the second time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from mailings.models import Mailing
from meetings.models import (
    Announcement,
    Attendance,
    Conflict,
    DatePoll,
    FollowUp,
    Invitation,
    Meeting,
    MinutesRevision,
    NotNow,
    Planned,
    PodReport,
)
from members.models import Suppression
from partnerships.models import Stewardship
from pods.models import Appointment
from tests import factories
from tests.meetings.conftest import at, passed


def refused(**changes) -> bool:
    try:
        with transaction.atomic():
            Meeting.objects.update(**changes)
    except IntegrityError:
        return True
    return False


def told(meeting) -> list[str]:
    return list(meeting.announcements.order_by("pk").values_list("what", flat=True))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "planned"},
        {"starts_at": None, "ends_at": None},
        {"ends_at": None},
        {"ends_at": timezone.now()},
        {"status": "polling"},
        {"status": "cancelled"},
        {"status": "cancelled", "cancelled_at": timezone.now()},
        {"cancel_reason": "Snow"},
        {"status": "held"},
        {"held_at": timezone.now()},
        {"moved_sequence": 1},
        {"capacity": 0},
        {"minutes_agreed": 1},
        {"group": None},
    ],
)
def test_the_table_refuses(meeting, changes):
    assert refused(**changes)


def test_a_group_meets_once_at_a_time_unless_it_was_called_off(meeting, pod, ada):
    again = {"group": pod, "starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "status": "scheduled"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(**again, **Meeting.named(pod.partnership))
    meeting.cancel(by=ada, reason="Snow")
    assert Meeting.objects.create(**again, **Meeting.named(pod.partnership))


def test_a_group_plans_one_meeting_at_once(pod, ada):
    first = Meeting.begin(pod, by=ada)
    assert Meeting.begin(pod, by=ada) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(group=pod, **Meeting.named(pod.partnership))


def test_planning_invites_everybody_once_and_tells_them_once(meeting, pod, ada, ben):
    again = Meeting.schedule(pod, starts_at=meeting.starts_at, by=ada, seen=0)
    assert again == meeting
    assert set(meeting.invitations.values_list("member__name", flat=True)) == {"Ada", "Ben"}
    assert told(meeting) == ["invitation"] and Mailing.objects.filter(kind="meeting").count() == 1


def test_of_two_who_plan_at_once_the_second_hears_what_the_first_planned(meeting, pod, ada):
    with pytest.raises(Planned) as planned:
        Meeting.schedule(pod, starts_at=at(30), by=ada, seen=0)
    assert planned.value.meeting == meeting
    assert Meeting.schedule(pod, starts_at=at(30), by=ada, seen=meeting.pk) != meeting


def test_no_meeting_is_planned_in_the_past(pod, ada):
    with pytest.raises(NotNow):
        Meeting.schedule(pod, starts_at=at(-1), by=ada, seen=0)


def test_moving_keeps_the_old_time_and_asks_everybody_again(meeting, ada, ben):
    before = meeting.starts_at
    mine = meeting.invitations.get(member=ben)
    mine.answer("yes", source="page")
    for _ in range(2):
        meeting.move(starts_at=at(30), by=ada, sequence=0)
    assert (meeting.sequence, meeting.moved_sequence, meeting.starts_at) == (1, 1, at(30))
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=90)
    assert [change.starts_at for change in meeting.changes.all()] == [before]
    mine.refresh_from_db()
    assert mine.wants_confirming and mine in Invitation.objects.silent()
    assert told(meeting) == ["invitation", "moved"]


def test_of_two_who_move_at_once_the_second_hears_it(meeting, ada):
    meeting.move(starts_at=at(30), by=ada, sequence=0)
    with pytest.raises(Planned):
        meeting.move(starts_at=at(31), by=ada, sequence=0)


def test_a_first_venue_keeps_the_sequence_and_another_one_raises_it(meeting, ada):
    Meeting.objects.update(place="")
    meeting.settle_venue(by=ada, tell=True, place="Town Hall")
    assert meeting.sequence == 0 and told(meeting) == ["invitation", "venue"]
    meeting.settle_venue(by=ada, tell=False, place="Museum")
    assert (meeting.sequence, meeting.moved_sequence) == (1, 0) and told(meeting)[-1] == "venue"
    meeting.settle_venue(by=ada, tell=False, join_url="https://meet.example.org/x")
    assert meeting.sequence == 1 and len(told(meeting)) == 3


def test_cancelling_twice_tells_the_pod_once_and_is_final(meeting, ada):
    when = meeting.starts_at
    meeting.cancel(by=ada, reason="Snow")
    meeting.cancel(by=ada, reason="More snow")
    assert (meeting.sequence, meeting.cancel_reason, meeting.starts_at) == (1, "Snow", when)
    assert told(meeting) == ["invitation", "cancelled"]
    for verb in (lambda: meeting.move(starts_at=at(40), by=ada, sequence=1), lambda: meeting.hold(by=ada)):
        with pytest.raises(NotNow):
            verb()


def test_a_meeting_took_place_only_after_it_began_and_mistakes_are_mended_for_two_days(meeting, ada, ben):
    with pytest.raises(NotNow):
        Attendance.record(meeting, {ben: "in person"}, others=0, by=ada)
    passed(meeting)
    Attendance.record(meeting, {ben: "in person"}, others=2, by=ada)
    Attendance.record(meeting, {ada: "online"}, others=2, by=ada)
    assert meeting.is_held and list(meeting.attendances.values_list("member__name", "how")) == [("Ada", "online")]
    meeting.open_again(by=ada)
    assert meeting.is_planned
    meeting.hold(by=ada)
    Meeting.objects.update(held_at=timezone.now() - timedelta(hours=49))
    with pytest.raises(NotNow):
        meeting.open_again(by=ada)


def test_the_organisation_of_the_day_stays_on_record(meeting, ada, ben, leeds):
    ben.organisation, ben.sector = factories.OrganisationFactory(name="Old School", partnership=leeds), "schools"
    ben.save()
    Attendance.record(passed(meeting), {ben: "in person"}, others=0, by=ada)
    ben.organisation = factories.OrganisationFactory(name="New Gallery", partnership=leeds)
    ben.save()
    Attendance.record(meeting, {ben: "online"}, others=0, by=ada)
    assert meeting.attendances.get().organisation == "Old School"


def test_the_last_place_goes_to_one_and_a_freed_one_to_who_waits_longest(meeting, leeds, pod, ada, ben):
    cleo = factories.member("cleo@example.org", "Cleo")
    pod.join(cleo)
    Invitation.objects.invite(meeting)
    Meeting.objects.update(capacity=1)
    of_ada, of_ben, of_cleo = (meeting.invitations.get(member=each) for each in (ada, ben, cleo))
    of_ada.answer("yes", source="page")
    of_cleo.answer("yes", source="page")
    of_ben.answer("yes", source="page")
    assert [each.member.name for each in meeting.invitations.waiting()] == ["Cleo", "Ben"]
    of_ada.answer("no", source="page")
    assert [each.member.name for each in meeting.invitations.coming()] == ["Cleo"]
    of_cleo.answer("yes", source="page")
    assert [each.member.name for each in meeting.invitations.coming()] == ["Cleo"]


def test_taking_somebody_off_frees_their_place_and_tells_their_calendar_alone(meeting, ada, ben):
    Meeting.objects.update(capacity=1)
    of_ada, of_ben = meeting.invitations.get(member=ada), meeting.invitations.get(member=ben)
    of_ada.answer("yes", source="page")
    of_ben.answer("yes", source="page")
    for _ in range(2):
        of_ada.withdraw(by=ada)
    meeting.refresh_from_db()
    assert meeting.sequence == 1 and [each.member.name for each in meeting.invitations.coming()] == ["Ben"]
    assert Announcement.objects.get(what="withdrawn").only == ada
    with pytest.raises(NotNow):
        of_ada.answer("yes", source="page")
    assert Invitation.objects.invite(meeting) == 1


def test_a_poll_asks_about_two_dates_at_least_and_ends_in_one(pod, ada, ben):
    with pytest.raises(NotNow):
        DatePoll.open(pod, [at(20)], closes_on=at(7).date(), by=ada)
    with pytest.raises(NotNow):
        DatePoll.open(pod, [at(20), at(21)], closes_on=at(20).date(), by=ada)
    poll = DatePoll.open(pod, [at(20), at(21)], closes_on=at(7).date(), by=ada)
    assert DatePoll.open(pod, [at(30), at(31)], closes_on=at(7).date(), by=ada) == poll
    first, second = poll.options.all()
    for _ in range(2):
        poll.answer(ben, {first.pk: "no", second.pk: "yes"})
    assert list(poll.silent()) == [ada] and not poll.is_due
    assert [row["option"] for row in poll.standing()] == [second, first]
    planned = poll.fix(second, by=ada)
    assert poll.fix(second, by=ada) == planned == poll.meeting
    assert planned.is_planned and told(planned) == ["poll", "invitation"]
    with pytest.raises(Planned):
        poll.fix(first, by=ada)
    with pytest.raises(NotNow):
        poll.answer(ben, {first.pk: "yes"})


def test_minutes_are_added_and_two_who_write_at_once_lose_nothing(meeting, ada, ben):
    passed(meeting)
    first = MinutesRevision.write(meeting, "We met.", seen=0, by=ada)
    assert MinutesRevision.write(meeting, "We met.", seen=0, by=ben) == first
    with pytest.raises(Conflict) as conflict:
        MinutesRevision.write(meeting, "We talked.", seen=0, by=ben)
    assert conflict.value.saved == first
    MinutesRevision.write(meeting, "We met and talked.", seen=1, by=ben)
    meeting.hold(by=ada)
    with pytest.raises(Conflict):
        MinutesRevision.agree(meeting, number=1, by=ada)
    for _ in range(2):
        MinutesRevision.agree(meeting, number=2, by=ada)
    assert meeting.minutes_agreed == 2 and told(meeting) == ["invitation", "outcome"]
    with pytest.raises(NotNow):
        MinutesRevision.write(meeting, "We never met.", seen=2, by=ben)


def test_a_report_goes_to_the_next_steering_meeting_and_may_say_nothing(leeds, pod, ada, dee):
    steering = factories.GroupFactory(partnership=leeds, kind="steering", joining="appointed", slug="steering")
    Appointment.appoint(dee, steering, "member")
    table = Meeting.schedule(steering, starts_at=at(40), by=dee, seen=0)
    nothing = PodReport.send(pod, "", by=ada)
    assert nothing.is_nothing and nothing.steering == table
    words = PodReport.send(pod, "Four schools joined.", by=ada)
    assert words == nothing and not words.is_nothing
    assert list(PodReport.objects.visible_to(dee)) == [words]
    assert not PodReport.objects.visible_to(AnonymousUser())


def test_a_follow_up_is_done_or_dropped_once(pod, ada):
    one = FollowUp.objects.create(group=pod, text="Book the hall", owner=ada)
    one.finish()
    one.drop()
    assert one.done_on and not one.dropped_on and not FollowUp.objects.open()


def test_who_sees_what_of_meetings(meeting, leeds, pod, ada, ben, cy, dee, eve, fay):
    Stewardship.appoint(eve, factories.PartnershipFactory())
    board = factories.GroupFactory(partnership=leeds, kind="executive", joining="appointed", slug="board")
    Appointment.appoint(ben, board, "member")
    theirs = Meeting.schedule(board, starts_at=at(35), by=ben, seen=0)
    proposed = Meeting.begin(factories.GroupFactory(partnership=leeds), by=ada)
    sees = {
        who: {name for name, row in rows.items() if getattr(Meeting.objects, door)(member).filter(pk=row.pk).exists()}
        for rows in [{"pod's": meeting, "executive's": theirs, "proposed": proposed}]
        for door in ["visible_to", "open_inside_to", "run_by", "for_steward"]
        for who, member in [
            (f"{door} {name}", member)
            for name, member in [
                ("nobody", AnonymousUser()), ("ada", ada), ("ben", ben), ("cy", cy), ("dee", dee), ("eve", eve),
                ("fay", fay),
            ]
        ]
    }  # fmt: skip
    assert sees == {
        "visible_to nobody": {"pod's"},
        "visible_to ada": {"pod's"},
        "visible_to ben": {"pod's", "executive's"},
        "visible_to cy": {"pod's"},
        "visible_to dee": {"pod's", "proposed"},
        "visible_to eve": {"pod's"},
        "visible_to fay": {"pod's"},
        "open_inside_to nobody": set(),
        "open_inside_to ada": {"pod's"},
        "open_inside_to ben": {"pod's", "executive's"},
        "open_inside_to cy": set(),
        "open_inside_to dee": {"pod's", "proposed"},
        "open_inside_to eve": set(),
        "open_inside_to fay": set(),
        "run_by nobody": set(),
        "run_by ada": {"pod's"},
        "run_by ben": set(),
        "run_by cy": set(),
        "run_by dee": {"pod's", "proposed"},
        "run_by eve": set(),
        "run_by fay": set(),
        "for_steward nobody": set(),
        "for_steward ada": set(),
        "for_steward ben": set(),
        "for_steward cy": set(),
        "for_steward dee": {"pod's", "proposed"},
        "for_steward eve": set(),
        "for_steward fay": {"pod's", "proposed"},
    }


def test_suppression_is_no_reason_to_lose_an_invitation_row(meeting, ben):
    Suppression.add(bytes(ben.key), Suppression.Reason.BOUNCED)
    assert meeting.invitations.filter(member=ben).exists()
