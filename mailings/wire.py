"""One connection to the relay, and one body at a time on it.

Up to the last byte of the final dot nothing has happened; from there to the answer a mail is in doubt;
after a 250 it is sent. Where the relay takes commands in groups (RFC 2920), the envelope of the next
mail leaves with the body of this one, so that a mail costs one round trip. An envelope is nothing
(RFC 5321 4.1.1.4): if the connection dies, only the one mail whose body was on its way is in doubt.
"""

import contextlib
import time
from collections.abc import Generator
from typing import Any

from mailings import crash
from mailings.connection import IDLE, Connection, Step, Steps
from mailings.ear import Cut
from mailings.envelope import is_plain
from mailings.errands import Errand, Mail, Office, envelope_of
from mailings.journal import Full, Journal
from mailings.relay import Relay
from mailings.replies import Hurt, Judgement, Reply, Trouble, judge
from mailings.verdicts import BACK, DOUBT, DOUBTFUL, FAILED, FAULT, OUR_FAULT, SENT

REPLYING = 300.0  # seconds; RFC 5321 4.5.3.2.1 to .3: MAIL and RCPT
FINAL = 600.0  # 4.5.3.2.6: a shorter wait after the final dot makes duplicates

NO_NOTES = Trouble("The disk on which the sender keeps its notes is full", is_ours=True)
STEPS = ("MAIL", "RCPT", "DATA")
TAKEN = b"250 ", b"250 ", b"354 "
CLOSING = 421

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
Told = tuple[Judgement, Reply | None]


def boottime() -> float:
    """Seconds since the machine started, also while it slept or the process was frozen."""
    return time.clock_gettime(_CLOCK)


class Line(Connection):
    """A connection that carries mail, and keeps notes of it in the journal."""

    def __init__(self, relay: Relay, journal: Journal, per_connection: int) -> None:
        super().__init__(relay)
        self.journal, self.per_connection = journal, per_connection
        self.unwritten: tuple[int, int] | None = None  # accepted, and not yet in the journal
        self.ready: Mail | None = None  # filled, and said nothing of to the relay

    def carry(self, errand: Errand, office: Office) -> Steps:
        """Take this mail, and all that is at hand meanwhile, and report each. Raises nothing but bugs."""
        mail = self._made(errand, office) or self._next(office)
        while mail is not None:
            try:
                mail = yield from self._carry(mail, office)
            except Hurt as hurt:
                self._note()
                self.hang_up()
                self._put_back_ready(office)
                office.report(mail.errand, Judgement(BACK, trouble=hurt.trouble), None)
                mail = self._next(office)

    # One mail

    def _carry(self, mail: Mail, office: Office) -> Generator[Step, Any, Mail | None]:
        """Carry one mail and return the next. Raises Hurt when the way out fails before this body began."""
        refused = None if self._stands_open(mail) else (yield from self._envelope(mail))
        if refused is not None:
            self._note()
            office.report(mail.errand, *refused)
            return self._next(office)
        crash.point("envelope_open")
        following = self._next(office) if self._may_announce() else None
        try:
            told = yield from self._deliver(mail, following, office)
        except Hurt as hurt:
            self.hang_up()
            told = Judgement(BACK, trouble=hurt.trouble), None
        if self.smtp is None:  # whether they may still go is for the office to say
            self._put_back_ready(office)
            if following is not None:
                office.put_back(following.errand)
                following = None
        office.report(mail.errand, *told)
        return following or self._next(office)

    def _deliver(self, mail: Mail, following: Mail | None, office: Office) -> Generator[Step, Any, Told]:
        """Send the body of a mail whose envelope stands open, and the next envelope behind it."""
        if not office.begin(mail.errand):
            self._note()
            self.hang_up()
            return Judgement(BACK), None
        accepted, self.unwritten = self.unwritten, None
        try:
            self.journal.begun(mail.errand.id, mail.errand.attempt, accepted)
        except Full:
            raise Hurt(NO_NOTES) from None
        if boottime() > mail.errand.permit:  # looked at after writing: a frozen run that wakes begins nothing
            self.hang_up()  # an open DATA is left by closing, never with a dot: a lone dot can be an empty mail
            return Judgement(BACK), None
        crash.point("permit_checked")
        raw = b"".join(mail.body if following is None else [*mail.body, *following.envelope])
        self.patience = FINAL
        taken = self._written_at_once(raw)
        if taken < len(raw):
            taken = yield from self._write_rest(raw, taken)
            if taken < sum(map(len, mail.body)):  # else the answer decides
                self.hang_up()
                trouble = Trouble("It cut the connection")
                return Judgement(FAULT, "The connection broke before the mail was over", trouble), None
        crash.point("after_body")
        if following is not None:
            following.is_announced = taken == len(raw)
        if following is not None and self.ready is None and (errand := office.ahead()) is not None:
            self.ready = self._made(errand, office)
        return (yield from self._answered(mail.errand, following))

    def _may_announce(self) -> bool:
        """Whether the next envelope may leave with this body: the relay can, and this is not its last mail here."""
        return self.takes_groups and self.carried + 1 < self.per_connection

    def _put_back_ready(self, office: Office) -> None:
        mail, self.ready = self.ready, None
        if mail is not None:
            office.put_back(mail.errand)

    def _next(self, office: Office) -> Mail | None:
        ready, self.ready = self.ready, None
        if ready is not None:
            return ready
        while (errand := office.at_hand()) is not None:
            if (mail := self._made(errand, office)) is not None:
                return mail
        return None

    def _made(self, errand: Errand, office: Office) -> Mail | None:
        """Fill a mail; one that cannot be is reported as failed, and the others go on."""
        address = errand.address
        if not is_plain(address):
            office.report(errand, Judgement(FAILED, "This is no address that mail can be sent to"), None)
            return None
        try:
            body = errand.wire()
        except Exception as error:
            office.report(errand, Judgement(FAILED, f"{OUR_FAULT} ({type(error).__name__})"), None)
            return None
        return Mail(errand, body, envelope_of(errand))

    # The envelope

    def _stands_open(self, mail: Mail) -> bool:
        """Whether the relay has taken this envelope already: its three answers came with that to the body before."""
        return mail.is_announced and self.is_open and self.ear.heard(TAKEN)

    def _envelope(self, mail: Mail) -> Generator[Step, Any, Told | None]:
        """Have MAIL, RCPT and DATA taken. Returns None when the body may follow, else what became of the mail.

        A connection that was open already may have been closed by the relay meanwhile, or is closed now
        because it has carried enough: that is nobody's fault and is tried once more on a new one.
        """
        if self._was_idle(mail):
            yield from self.goodbye()
        was_open = self.is_open
        try:
            replies = yield from self._said(mail)
            if not (was_open and any(reply.code == CLOSING for reply in replies)):
                return self._judged(replies)
            self.hang_up()
        except (OSError, Cut) as error:
            self.hang_up()
            if not was_open:
                raise Hurt(_cut(error)) from None
        mail.is_announced = False
        try:
            return self._judged((yield from self._said(mail)))
        except (OSError, Cut) as error:
            raise Hurt(_cut(error)) from None

    def _was_idle(self, mail: Mail) -> bool:
        """Whether the connection was idle for so long that a relay may have closed it."""
        return self.is_open and not mail.is_announced and time.monotonic() - self.used_at > IDLE

    def _said(self, mail: Mail) -> Generator[Step, Any, list[Reply]]:
        """Say the envelope, unless it is said, and return the replies up to DATA's or the first refusal's end."""
        if self.smtp is None:
            yield from self._open()
        self.patience = REPLYING
        replies: list[Reply] = []
        if self.takes_groups:
            if not mail.is_announced:
                yield from self._say(self._reset() + b"".join(mail.envelope))
                yield from self._forget()
            for _ in STEPS:
                replies.append(self.ear.reply() or (yield from self._reply()))
            return replies
        if self.must_reset:
            yield from self._say(self._reset())
            yield from self._forget()
        for step, line in zip(STEPS, mail.envelope, strict=True):
            yield from self._say(line)
            replies.append((yield from self._reply()))
            if not _goes_on(step, replies[-1]):
                break
        return replies

    def _judged(self, replies: list[Reply]) -> Told | None:
        """Judge the replies to an envelope by the first that is a refusal; leave it open, reset or closed."""
        for step, reply in zip(STEPS, replies, strict=False):
            if reply.code == (354 if step == "DATA" else 250) or _goes_on(step, reply):
                continue
            judgement = judge(step, reply)
            stands_open = len(replies) == len(STEPS) and replies[-1].code == 354
            if stands_open or judgement.trouble is not None or reply.code < 400:
                self.hang_up()
            self.must_reset = True
            return judgement, reply
        return None

    def _reset(self) -> bytes:
        return b"RSET\r\n" if self.must_reset else b""

    def _forget(self) -> Steps:
        """Hear that the refused envelope is forgotten."""
        if self.must_reset:
            self.must_reset = False
            if (yield from self._reply()).code != 250:
                raise Cut

    # The body

    def _answered(self, errand: Errand, following: Mail | None) -> Generator[Step, Any, Told]:
        """Hear what became of a body. Until the answer is read whole, the mail is in doubt."""
        try:
            reply = yield from self._reply()
        except (OSError, Cut):
            self.hang_up()
            return Judgement(DOUBT, DOUBTFUL), None
        judgement = judge("body", reply)
        if judgement.verdict == SENT:
            crash.point("after_answer")
            self.unwritten = errand.id, errand.attempt
            if following is None or not self.ear.has_more:  # else it is written with the next H, at once
                self._note()
        if judgement.trouble is not None:
            self.hang_up()
        self.carried += 1
        self.used_at = time.monotonic()
        if self.carried >= self.per_connection:
            yield from self.goodbye()
        return judgement, reply

    def _note(self) -> None:
        """Write into the journal what was accepted last, unless that is written."""
        accepted, self.unwritten = self.unwritten, None
        if accepted is not None:
            with contextlib.suppress(Full):  # the row says it; the journal only matters if we die before
                self.journal.accepted(*accepted)


def _goes_on(step: str, reply: Reply) -> bool:
    return reply.code == 354 if step == "DATA" else 200 <= reply.code < 300


def _cut(error: Exception) -> Trouble:
    return Trouble(f"It cut the connection ({type(error).__name__})")
