"""A rendition ready to be filled: cut at its slots, each with how its value is written there."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from mailings import mime
from mailings.mime import CRLF
from mailings.slots import IN_WORDS, PLACES, SOFT, Values, as_is, is_alike, maker, quoted


class Blank:
    """A rendition cut at its slots, kept by a run for as long as it sends the mailing."""

    def __init__(self, rendition: bytes) -> None:
        owner, *self.pieces = bytes(rendition).split(b"\0")
        self.partnership_id = int(owner) if owner else None
        self.slots: dict[str, Where] = {}
        for at, piece in enumerate(self.pieces[1::2]):
            place, name = piece.decode().split(":", 1)
            self.slots.setdefault(name, Where()).stands(PLACES[place], 2 * at + 1)

    def fill(self, delivery: Any) -> bytes:
        """Join the pieces. Raises KeyError for a slot the delivery lacks, ValueError for an address that is none."""
        return b"".join(self._filled(delivery)[0])

    def wire(self, delivery: Any) -> list[bytes]:
        """Return the same mail as it goes down the wire: its dots doubled, and the final dot (`mime.stuffed`).

        It comes in pieces, to be joined when it leaves. What all copies share is read through once; of one copy,
        only its slots. Raises as `fill` does, and ValueError where a line would not end with CRLF alone.
        """
        pieces, strange = self._filled(delivery)
        if not self._is_plain or (strange and not mime.is_wire_plain(CRLF + CRLF.join(strange))):
            return [mime.stuffed(b"".join(pieces))]
        pieces.append(mime.END)
        return pieces

    @cached_property
    def _is_plain(self) -> bool:
        """Whether nothing between the slots needs a second dot, and the last line is whole."""
        return self.pieces[-1].endswith(CRLF) and all(
            mime.is_wire_plain(piece) and not piece.startswith((b".", b"\n")) for piece in self.pieces[::2]
        )

    @cached_property
    def _steps(self) -> list[tuple[Callable[[Values], str], "Where"]]:
        return [(maker(name), where) for name, where in self.slots.items()]

    def _filled(self, delivery: Any) -> tuple[list[bytes], list[bytes]]:
        """Return the pieces with their slots filled, and among them those whose value is written in no usual way."""
        values, pieces, strange = Values(delivery, self.partnership_id), self.pieces.copy(), []
        for make, where in self._steps:
            value = make(values)
            if where.may_be_alike and is_alike(value):
                raw = value.encode()
                for at in where.as_is:
                    pieces[at] = raw
                if where.in_words:
                    coded = quoted(raw) + SOFT
                    for at in where.in_words:
                        pieces[at] = coded
            else:
                for encoded, places in where.places.items():
                    coded = encoded(value)
                    strange.append(coded)
                    for at in places:
                        pieces[at] = coded
        return pieces, strange


class Where:
    """Where a value stands in a rendition, by how it is encoded there.

    What is written with the same bytes everywhere, as links and most names are, is encoded once.
    """

    def __init__(self) -> None:
        self.places: dict[Callable[[str], bytes], list[int]] = {}
        self.as_is: list[int] = []
        self.in_words: list[int] = []

    def stands(self, encoded: Callable[[str], bytes], at: int) -> None:
        self.places.setdefault(encoded, []).append(at)
        (self.in_words if encoded in IN_WORDS else self.as_is).append(at)

    @cached_property
    def may_be_alike(self) -> bool:
        """Whether none of its places writes even plain letters in a way of its own."""
        return self.places.keys() <= {*IN_WORDS, as_is}
