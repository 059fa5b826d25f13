"""Whatever people say to a full event, in whatever order: places, offers and what each of them is told agree.

A model beside it keeps who became what; the site's own words are counted against it.
"""

from collections import Counter
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from meetings import daily
from meetings.coming import come
from meetings.models import Announcement, Invitation, Meeting, NotNow, Room
from meetings.models.places import settle
from tests import factories

SECTORS = ["school", "school", "library", "", "library"]
WHO = st.integers(0, len(SECTORS) - 1)
TOLD = {"place", "offer", "lapsed", "withdrawn"}


class Places(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        leeds = factories.PartnershipFactory()
        self.dee = factories.member(f"dee-{leeds.pk}@example.org", "Dee")
        self.event = Meeting.plan_event(
            leeds, starts_at=timezone.now() + timedelta(days=30), minutes=90, by=self.dee, title="G", capacity=2
        )
        self.people = []
        for number, sector in enumerate(SECTORS):
            member = factories.member(f"e{number}-{leeds.pk}@example.org", f"E{number}")
            member.sector = sector
            member.save(update_fields=["sector"])
            factories.membership(member, leeds)
            self.people.append(Invitation.objects.create(meeting=self.event, member=member))
        self.uid, self.sequence = self.event.uid, 0
        self.before: dict[int, str] = self.now()

    def now(self) -> dict[int, str]:
        return {row.member_id: state(row) for row in self.event.invitations.select_related("meeting")}

    @rule(who=WHO, reply=st.sampled_from(["yes", "yes", "yes", "no", "maybe"]))
    def answer(self, who, reply):
        row = Invitation.objects.get(pk=self.people[who].pk)
        try:
            row.answer(reply, source="page")
        except NotNow:
            assert state(row) == "off" or not self.event.is_ahead

    @rule(who=WHO)
    def withdraw(self, who):
        Invitation.objects.get(pk=self.people[who].pk).withdraw(by=self.dee)

    @rule(who=WHO)
    def come_by_oneself(self, who):
        self.event.refresh_from_db()
        try:
            come(self.event, self.people[who].member)
        except NotNow:
            assert not self.event.is_ahead

    @rule()
    def time_passes(self):
        """Every offer that was not taken is over by now, for everybody at once; looked at twice."""
        self.event.invitations.exclude(offered_until=None).update(offered_until=timezone.now())
        daily.end_offers()
        daily.end_offers()

    @rule(capacity=st.sampled_from([1, 2, 3, None]), school=st.sampled_from([None, 0, 1]))
    def settle(self, capacity, school):
        try:
            settle(self.event, capacity=capacity, limits={} if school is None else {"school": school}, by=self.dee)
        except NotNow:
            assert not self.event.is_ahead

    @rule()
    def move(self):
        self.event.refresh_from_db()
        if self.event.is_ahead:
            self.event.move(
                starts_at=self.event.starts_at + timedelta(days=1), by=self.dee, sequence=self.event.sequence
            )

    @invariant()
    def nobody_gets_in_beyond_the_places(self):
        """Fewer places take none away; but while there are too many, nobody is let in."""
        self.event.refresh_from_db()
        room, after = Room(self.event), self.now()
        inside = {who for who, said in after.items() if said in {"place", "offered"}}
        new = inside - {who for who, said in self.before.items() if said in {"place", "offered"}}
        if new and room.capacity is not None:
            assert len(inside) <= room.capacity
        schools = {row.member_id for row in self.people if row.member.sector == "school"}
        if new & schools and "school" in room.limits:
            assert len(inside & schools) <= room.limits["school"]

    @invariant()
    def nobody_waits_while_a_place_is_free_for_them(self):
        if self.event.is_ahead:
            room = Room(self.event)
            waiting = self.event.invitations.waiting().filter(offered_until=None)
            assert not any(room.has_place_for(row.member.sector) for row in waiting.select_related("member"))

    @invariant()
    def each_is_told_once_what_became_of_them(self):
        rows = Announcement.objects.filter(meeting=self.event, what__in=TOLD).order_by("pk")
        told = [(row.what, row.only_id) for row in rows]
        after = self.now()
        new = told[len(self.told) :]
        for what, who in new:
            ends = {"offer": {"offered", "maybe"}, "lapsed": {"maybe", "offered", "waits"}, "withdrawn": {"off"}}
            assert what == "place" or after[who] in ends[what]
        assert max(Counter(new).values(), default=1) == 1
        for who, said in after.items():
            became = said != self.before[who]
            assert (("offer", who) in new) >= (became and said == "offered")
            assert (("withdrawn", who) in new) >= (became and said == "off")
        self.told, self.before = told, after

    told: list[tuple[str, int]] = []

    @invariant()
    def one_uid_and_a_sequence_that_only_grows(self):
        assert self.event.uid == self.uid and self.event.sequence >= self.sequence
        self.sequence = self.event.sequence


def state(row: Invitation) -> str:
    if row.withdrawn_at:
        return "off"
    if row.is_offered:
        return "offered"
    return "place" if row.has_place else "waits" if row.is_waiting else row.reply or "silent"


class HistoriesOfPlaces(TestCase):
    def test_any_history_of_places(self):
        quick = settings(
            max_examples=6,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        run_state_machine_as_test(Places, settings=quick)
