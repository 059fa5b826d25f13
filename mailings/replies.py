"""What a relay's reply means: for this person, or for us; for now, or for good (RFC 5321 4.2, RFC 3463)."""

import re
from dataclasses import dataclass

from mailings.verdicts import BACK, FAILED, LATER, SENT

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# Words with which relays say "slow down" rather than "not this person".
_RATE = re.compile(r"rate.?limit|throttl|too (many|fast)|slow down|sending (limit|quota|rate)", re.I)


NO_SUCH_ADDRESS = "This address does not work: their mail server does not know it."


@dataclass(frozen=True)
class Reply:
    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """The enhanced status code ('5.1.1'), or ''."""
        found = _ENHANCED.search(self.text)
        return found.group(0) if found and found.group(1) == str(self.code)[0] else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


@dataclass(frozen=True)
class Trouble:
    """The way out does not work just now: nobody is charged, and it closes for a while.

    `is_ours`: only a person can mend it (a wrong password), so it closes for longer.
    """

    reason: str
    is_ours: bool = False


@dataclass(frozen=True)
class Judgement:
    verdict: str
    reason: str = ""
    trouble: Trouble | None = None
    is_policy: bool = False  # they refuse our mail, not this address


ACCEPTED = Judgement(SENT)


class Hurt(Exception):
    """The way out failed before any body was begun."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


def judge(step: str, reply: Reply) -> Judgement:
    """Judge the reply to MAIL, RCPT, DATA or the body."""
    if step == "body" and 200 <= reply.code < 300:
        return ACCEPTED
    if reply.code == 421 or step == "MAIL" or _is_about_us(reply):
        return Judgement(BACK, trouble=_trouble(step, reply))
    if reply.code in {530, 535}:
        return Judgement(BACK, trouble=Trouble(_words("It wants us to sign in", reply), is_ours=True))
    if 400 <= reply.code < 500 or (step == "RCPT" and reply.code == 552):  # RFC 5321 4.5.3.1.10
        return Judgement(LATER, _later(reply))
    if 500 <= reply.code < 600:
        return Judgement(FAILED, _refused(reply), is_policy=reply.enhanced.startswith("5.7."))
    return Judgement(BACK, trouble=Trouble(_words("It answered what nobody understands", reply)))


def _is_about_us(reply: Reply) -> bool:
    """Whether it asks us to slow down; x.1 and x.2 are about an address and its mailbox, whatever the words."""
    return _RATE.search(reply.text) is not None and reply.enhanced[2:4] not in {"1.", "2."}


def _trouble(step: str, reply: Reply) -> Trouble:
    if step == "MAIL" and reply.code >= 500:
        return Trouble(_words("It refuses to take mail from us", reply), is_ours=True)
    return Trouble(_words("It asks us to come back later", reply))


def _words(sentence: str, reply: Reply) -> str:
    return f"{sentence} ({str(reply)[:200]})"


def _later(reply: Reply) -> str:
    if reply.enhanced == "4.2.2" or reply.code == 452:
        return "Their mailbox is full. We try again for a day."
    return "Their mail server asks us to come back later. We try again for a day."


def _refused(reply: Reply) -> str:
    if reply.enhanced.startswith("5.1.") or (reply.code in {550, 551, 553} and not reply.enhanced):
        return NO_SUCH_ADDRESS
    if reply.enhanced == "5.2.2":
        return "Their mailbox is full."
    if reply.enhanced.startswith("5.7."):
        return "Their mail server refuses our mail."
    return "Their mail server refused this mail."
