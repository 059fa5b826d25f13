"""Whatever people do in whatever order: never mailed without consent, never twice on a list, suppressed stays so."""

import unicodedata
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lcep.site import today
from members.models import Consent, JoinRequest, Member, Membership, Purpose, Suppression, Wording
from members.models.memberships import reachable
from members.rights import forgetting
from members.spreadsheets import FORMULA, restored, safe
from tests import factories
from trust import tokens
from trust.addresses import compared, key_of

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)


def spellings(address: str) -> list[str]:
    """The same address as people, programs and attackers write it."""
    local, _, domain = address.partition("@")
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" and letter != "@" else letter for letter in local)
    return [
        address.upper(),
        f" {address} ",
        f"{wide}@{domain}",
        f"{local}@{domain}.",
        f"{local.title()}@{domain.upper()}",
    ]


@given(
    local=LOCAL, domain=st.sampled_from(["example.org", "müller.example", "xn--mller-kva.example", "sub.example.co.uk"])
)
def test_one_person_per_address_however_it_is_spelt(local, domain):
    plain = compared(f"{local}@{domain}")
    for spelling in spellings(f"{local}@{domain}"):
        assert compared(spelling) == plain
    assert compared(plain) == plain and unicodedata.is_normalized("NFKC", plain)


@given(text=st.text(max_size=80))
def test_any_text_is_an_address_or_refused_and_comparing_twice_changes_nothing(text):
    try:
        first = compared(text)
    except ValidationError:
        return
    assert compared(first) == first and first.count("@") == 1 and first.isascii() and not set(first) & set("\r\n\0 ")


@given(ids=st.lists(st.integers(0, 2**40), min_size=2, max_size=2), at=st.integers(0), to=st.characters(codec="ascii"))
def test_a_token_with_any_byte_changed_is_refused_and_has_one_purpose(ids, at, to):
    token = tokens.CHOICES.sign(*ids)
    at %= len(token)
    changed = token[:at] + to + token[at + 1 :]
    if changed != token:
        with pytest.raises(tokens.Broken):
            tokens.CHOICES.read(changed)
    assert tokens.CHOICES.read(token) == tuple(ids)
    for other in tokens.REGISTER:
        if other is not tokens.CHOICES:
            with pytest.raises(tokens.Broken):
                other.read(token)


@given(cell=st.text(max_size=60))
def test_no_cell_begins_a_formula_and_what_was_made_safe_comes_back(cell):
    assert not FORMULA.match(safe(cell)) or safe(cell).startswith("'")
    assert restored(safe(cell)) == cell


PEOPLE = [f"person{number}@example.org" for number in range(3)]
BLOCKING = [reason for reason in Suppression.Reason.values if reason not in {"forgotten", "left"}]


class Life(RuleBasedStateMachine):
    """Join, confirm, choose, pause, leave, come back, be forgotten, be blocked: three people on two lists."""

    @initialize()
    def begin(self):
        self.lists = [factories.PartnershipFactory(slug=f"life-{n}") for n in range(2)]
        self.requests: list[JoinRequest] = []
        self.said: dict[tuple[str, int], set[str]] = {}
        self.blocked: set[str] = set()

    @rule(who=st.sampled_from(PEOPLE), where=st.integers(0, 1), events=st.booleans())
    def ask(self, who, where, events):
        request, _ = JoinRequest.ask(self.lists[where], who.upper(), with_events=events, wording=Wording.of("Join"))
        self.requests.append(request)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def confirm(self, data):
        request = data.draw(st.sampled_from(self.requests))
        request.refresh_from_db()
        if not request.is_open:
            return
        request.confirm()
        wanted = {Purpose.NEWSLETTER} | ({Purpose.EVENTS} if request.with_events else set())
        self.said.setdefault((request.email, request.partnership_id), set()).update(wanted)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def refuse(self, data):
        request = data.draw(st.sampled_from(self.requests))
        request.refresh_from_db()
        on_a_list = Membership.objects.current().filter(member__email=request.email).exists()
        request.refuse()
        if not on_a_list:
            self.blocked.add(request.email)

    @rule(who=st.sampled_from(PEOPLE), where=st.integers(0, 1), chosen=st.sets(st.sampled_from(Purpose.values)))
    def choose(self, who, where, chosen):
        row = self._row(who, where)
        if row:
            row.choose(chosen, how=Consent.How.CHOICES)
            self.said[who, row.partnership_id] = set(chosen)

    @rule(who=st.sampled_from(PEOPLE), where=st.integers(0, 1), days=st.integers(-3, 3))
    def pause(self, who, where, days):
        row = self._row(who, where)
        if row:
            row.pause(today() + timedelta(days=days))

    @rule(who=st.sampled_from(PEOPLE), where=st.integers(0, 1))
    def leave(self, who, where):
        row = self._row(who, where)
        if row:
            row.leave(how=Consent.How.ONE_CLICK)
            row.leave(how=Consent.How.ONE_CLICK)
            self.said[who, row.partnership_id] = set()

    @rule(who=st.sampled_from(PEOPLE))
    def forget(self, who):
        member = Member.objects.filter(email=who).first()
        if member:
            forgetting.forget(member)
            self.requests = [request for request in self.requests if request.email != who]
            for key in [key for key in self.said if key[0] == who]:
                self.said[key] = set()

    @rule(who=st.sampled_from(PEOPLE), reason=st.sampled_from(BLOCKING))
    def block(self, who, reason):
        Suppression.add(key_of(who), reason)
        self.blocked.add(who)

    @invariant()
    def nobody_is_mailed_what_they_did_not_choose(self):
        for purpose in Purpose.values:
            for row in reachable(Membership.objects.receiving(purpose)).select_related("member"):
                assert purpose in self.said.get((row.member.email, row.partnership_id), set())
                assert row.member.email not in self.blocked

    @invariant()
    def the_ledger_says_what_the_list_says(self):
        for row in Membership.objects.current():
            for purpose in Purpose.values:
                mine = row.member.consents.filter(partnership=row.partnership, purpose=purpose).order_by("pk")
                latest = mine.last()
                assert bool(getattr(row, f"{purpose}_since")) == bool(latest and latest.given)

    @invariant()
    def nobody_is_twice_on_a_list(self):
        pairs = list(Membership.objects.current().values_list("member", "partnership"))
        assert len(pairs) == len(set(pairs))
        assert Member.objects.filter(erased_at=None).count() == len(
            set(Member.objects.filter(erased_at=None).values_list("email", flat=True))
        )

    @invariant()
    def who_is_blocked_stays_blocked(self):
        for who in getattr(self, "blocked", ()):
            assert Suppression.objects.filter(key=key_of(who), partnership=None).exists()

    def _row(self, who, where):
        return Membership.objects.current().filter(member__email=who, partnership=self.lists[where]).first()


class LifeOnTheListTests(TestCase):
    """Hypothesis rolls the database back after each life."""

    def test_every_life_keeps_the_promises(self):
        from django.db import transaction

        class Rolled(Life):
            def __init__(self):
                super().__init__()
                self.block_ = transaction.atomic()
                self.block_.__enter__()

            def teardown(self):
                transaction.set_rollback(True)
                self.block_.__exit__(None, None, None)

        run_state_machine_as_test(
            Rolled,
            settings=settings(
                max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
