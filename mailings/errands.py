"""What a line carries, and for whom: the words between those who drive the lines and the lines themselves."""

from dataclasses import dataclass
from typing import Any, Protocol

from mailings.envelope import return_path
from mailings.replies import Judgement, Reply


class Errand(Protocol):
    """What a line carries: one row in hand."""

    id: int
    attempt: int
    address: str
    permit: float

    def fill(self) -> bytes:
        """Return the mail."""

    def wire(self) -> list[bytes]:
        """Return the mail as it goes down the wire, in pieces, its final dot included."""


class Office(Protocol):
    """Who gives a line its errands and hears what became of each."""

    def at_hand(self) -> Any:
        """Return the next errand if there is one now, else None."""

    def ahead(self) -> Any:
        """Return one that is in no hurry if there are plenty, else None: to be filled while an answer is awaited."""

    def begin(self, errand: Any) -> bool:
        """Whether its body may begin here; not when it has been given to another line meanwhile."""

    def put_back(self, errand: Any) -> None:
        """Take an errand back that was not begun."""

    def report(self, errand: Any, judgement: Judgement, reply: Reply | None) -> None: ...


@dataclass(slots=True)
class Mail:
    """An errand as it goes down the wire. `is_announced`: its envelope left with the body before it."""

    errand: Errand
    body: list[bytes]
    envelope: tuple[bytes, bytes, bytes]
    is_announced: bool = False


def envelope_of(errand: Errand) -> tuple[bytes, bytes, bytes]:
    return (
        f"MAIL FROM:<{return_path(errand.id)}>\r\n".encode("ascii"),
        f"RCPT TO:<{errand.address}>\r\n".encode("ascii"),
        b"DATA\r\n",
    )
