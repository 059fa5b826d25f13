"""Whatever happens to a meeting, in whatever order: one UID, and a SEQUENCE that only grows.

What calendars hold is kept beside it as a program would: an entry is taken in when its SEQUENCE is not lower
(RFC 5546 2.1.5), and CANCEL ends it.
"""

from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from meetings import audience, ics
from meetings.models import Announcement, Invitation, Meeting, NotNow
from tests import factories
from tests.meetings.calendar_lines import read

DAYS = st.integers(1, 300)


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        leeds = factories.PartnershipFactory()
        self.group = factories.GroupFactory(partnership=leeds)
        self.people = [factories.member(f"h{n}-{self.group.pk}@example.org", f"H{n}") for n in range(3)]
        for person in self.people:
            self.group.join(person)
        self.lead = self.people[0]
        starts = timezone.now() + timedelta(days=30)
        self.meeting = Meeting.schedule(self.group, starts_at=starts, by=self.lead, seen=0, place="Library")
        Meeting.objects.filter(pk=self.meeting.pk).update(capacity=2)
        self.uid, self.highest, self.told = self.meeting.uid, 0, 0
        self.held: dict[int, tuple[int, str, str]] = {}  # of each calendar: sequence, status, start

    @rule(days=DAYS)
    def move(self, days):
        self.meeting.refresh_from_db()
        try:
            self.meeting.move(
                starts_at=timezone.now() + timedelta(days=days), by=self.lead, sequence=self.meeting.sequence
            )
        except NotNow:
            assert self.meeting.is_cancelled

    @rule(place=st.sampled_from(["", "Library", "Museum"]))
    def settle(self, place):
        try:
            self.meeting.settle_venue(by=self.lead, tell=True, place=place)
        except NotNow:
            assert self.meeting.is_cancelled

    @precondition(lambda self: self.told > 4)
    @rule()
    def cancel(self):
        self.meeting.cancel(by=self.lead, reason="Snow")

    @rule(who=st.integers(0, 2), reply=st.sampled_from(["yes", "no", "maybe"]))
    def answer(self, who, reply):
        invitation = self.meeting.invitations.get(member=self.people[who])
        try:
            invitation.answer(reply, source="page")
        except NotNow:
            assert self.meeting.is_cancelled or invitation.withdrawn_at

    @rule(who=st.integers(1, 2))
    def withdraw(self, who):
        self.meeting.invitations.get(member=self.people[who]).withdraw(by=self.lead)

    @rule()
    def invite_again(self):
        self.meeting.refresh_from_db()
        if self.meeting.is_ahead and Invitation.objects.invite(self.meeting):
            Announcement.make("invitation", meeting=self.meeting, by=None, again=f"again {self.told}")

    @invariant()
    def one_uid_and_a_sequence_that_only_grows(self):
        self.meeting.refresh_from_db()
        assert self.meeting.uid == self.uid and self.meeting.sequence >= self.highest
        assert self.meeting.moved_sequence <= self.meeting.sequence
        self.highest = self.meeting.sequence

    @invariant()
    def nobody_waits_while_a_place_is_free(self):
        coming = self.meeting.invitations.coming().count()
        assert coming <= 2
        if self.meeting.is_ahead:
            assert coming == 2 or not self.meeting.invitations.waiting().exists()

    @invariant()
    def calendars_agree_with_the_site(self):
        """Deliver what was announced since, in order, to the calendars of those it is for."""
        new = Announcement.objects.filter(meeting=self.meeting).exclude(what="place").order_by("pk")[self.told :]
        for told in new:
            self.told += 1
            called_off = told.what in {"cancelled", "withdrawn"}
            entry = ics.entry(
                ics.Shown.of(self.meeting),
                method="CANCEL" if called_off else "REQUEST",
                stamp=timezone.now(),
                attendee=("H", "h@x.org"),
            )
            event = read(entry.encode()).only("VEVENT")
            assert event.one("UID").value == self.uid
            sequence = int(event.one("SEQUENCE").value)
            for person in audience._people(told):
                if sequence >= self.held.get(person.pk, (0, "", ""))[0]:
                    status = "off" if called_off else "on"
                    self.held[person.pk] = (sequence, status, event.one("DTSTART").value)
        live = self.meeting.invitations.live()
        for invitation in live:
            _, status, start = self.held.get(invitation.member_id, (0, "", ""))
            if status == "on" and not self.meeting.is_cancelled:
                assert start == f"{timezone.localtime(self.meeting.starts_at):%Y%m%dT%H%M%S}"
        if self.meeting.is_cancelled:
            assert all(self.held[row.member_id][1] == "off" for row in live if row.member_id in self.held)


class Histories(TestCase):
    def test_any_history(self):
        quick = settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        run_state_machine_as_test(History, settings=quick)
