"""Whether a meeting may decide: live from replies, final from who was there."""

from dataclasses import dataclass, field

from django.utils.timezone import localdate

from meetings.models import Attendance, Invitation, Meeting
from partnerships.models.organisations import Sector
from pods.models import Appointment
from steering.models import SEATED, Holding, Rules

LEADING = (Appointment.Role.CHAIR, Appointment.Role.VICE)
THERE = {Attendance.How.IN_PERSON, Attendance.How.ONLINE}


@dataclass
class Place:
    """Somebody's place at the table at one meeting. `comes`: yes, no, or None while nobody has said."""

    appointment: Appointment
    sector: str
    seat: str
    comes: bool | None
    stand_in: Appointment | None = None
    substitutes: list[Appointment] = field(default_factory=list)

    @property
    def is_filled(self) -> bool:
        return bool(self.comes) or self.stand_in is not None

    @property
    def is_open(self) -> bool:
        """Whether it may still be filled: nobody has said, or a substitute could be asked."""
        return not self.is_filled and (self.comes is None or bool(self.substitutes))

    @property
    def in_words(self) -> str:
        if self.comes:
            return "Comes"
        if self.stand_in:
            return f"{self.stand_in.member} comes instead"
        return "Has not said yet" if self.comes is None else "Cannot come"


class Quorum:
    """The places of a meeting's group on its day, and what is missing of what the group agreed. Four queries."""

    def __init__(self, meeting: Meeting) -> None:
        assert meeting.group is not None
        self.meeting, self.rules = meeting, Rules.of(meeting.group)
        self.is_final = meeting.is_held
        self.places = self._places()

    @property
    def filled(self) -> list[Place]:
        return [place for place in self.places if place.is_filled]

    @property
    def short(self) -> int:
        """How many more must be there."""
        return max(0, self.rules.quorum - len(self.filled))

    @property
    def missing_sectors(self) -> list[str]:
        """The sectors that must be there and are not, in words."""
        there = {place.sector for place in self.filled}
        return [str(Sector(code).label) for code in self.rules.sectors if code not in there]

    @property
    def misses_the_chair(self) -> bool:
        return self.rules.needs_chair and not any(place.appointment.role in LEADING for place in self.filled)

    @property
    def is_met(self) -> bool:
        return not (self.short or self.missing_sectors or self.misses_the_chair)

    @property
    def sentence(self) -> str:
        """In one line, like: Quorate: 9 come, 6 are needed."""
        count = len(self.filled)
        came = "were there" if self.is_final else "come"
        needed = f"{self.rules.quorum} {'is' if self.rules.quorum == 1 else 'are'} needed"
        if not (self.rules.quorum or self.rules.sectors or self.rules.needs_chair):
            return f"{count} {came}. This group has agreed no quorum."
        if self.is_met:
            return f"Quorate: {count} {came}, {needed}."
        wants = [f"{self.short} more"] if self.short else []
        wants += [f"somebody from: {sector.lower()}" for sector in self.missing_sectors]
        wants += ["the chair or a vice-chair"] if self.misses_the_chair else []
        return f"{'Not quorate' if self.is_final else 'Not quorate yet'}: {count} {came}. Missing: {', '.join(wants)}."

    @property
    def to_ask(self) -> list[str]:
        """Whom one might ask, in sentences: those who have not said, and substitutes of those who cannot."""
        if self.is_final or self.is_met:
            return []
        wanted = set(self.rules.sectors) - {place.sector for place in self.filled}
        return [_asking(place) for place in self.places if place.is_open and self._would_help(place, wanted)]

    def _would_help(self, place: Place, wanted: set[str]) -> bool:
        leads = self.misses_the_chair and place.appointment.role in LEADING
        return bool(self.short) or place.sector in wanted or leads

    def _places(self) -> list[Place]:
        day = localdate(self.meeting.starts_at) if self.meeting.starts_at else localdate()
        held = Appointment.objects.on(day).filter(group=self.meeting.group, member__erased_at=None)
        rows = list(held.select_related("member", "substitute_for"))
        seats = {
            row.appointment_id: row.seat for row in Holding.objects.filter(appointment__in=rows).select_related("seat")
        }
        comes = self._comes()
        found: dict[int, Place] = {}
        for row in rows:
            if row.role in SEATED and row.member_id not in found:
                seat = seats.get(row.pk)
                sector = (seat and seat.sector) or _own_sector(row)
                found[row.member_id] = Place(row, sector, str(seat or ""), comes.get(row.member_id))
        for row in rows:
            if row.role == Appointment.Role.SUBSTITUTE and row.substitute_for:
                _stand_in(found.get(row.substitute_for.member_id), row, comes)
        return sorted(found.values(), key=lambda place: (place.seat or "~", place.appointment.member.name.casefold()))

    def _comes(self) -> dict[int, bool | None]:
        """What is known of each member: that they come or came, or do not."""
        if self.is_final:
            there = Attendance.objects.filter(meeting=self.meeting, how__in=THERE).values_list("member", flat=True)
            invited = self.meeting.invitations.values_list("member", flat=True)
            known: dict[int, bool | None] = dict.fromkeys(invited, False)
            return known | dict.fromkeys(there, True)
        answers = Invitation.objects.live().filter(meeting=self.meeting)
        said = {"yes": True, "no": False}
        return {row.member_id: said.get(row.reply) for row in answers}


def _own_sector(row: Appointment) -> str:
    """A chair without a seat speaks for no sector."""
    return "" if row.role == Appointment.Role.CHAIR else row.member.sector


def _stand_in(place: Place | None, substitute: Appointment, comes: dict[int, bool | None]) -> None:
    """A substitute fills the place of whoever is not there."""
    if place is None:
        return
    if place.comes is not True and comes.get(substitute.member_id):
        place.stand_in = place.stand_in or substitute
    elif comes.get(substitute.member_id) is not False:
        place.substitutes.append(substitute)


def _asking(place: Place) -> str:
    if place.comes is None:
        return f"{place.appointment.member} has not answered yet."
    return f"{place.appointment.member} cannot come: ask {' or '.join(str(row.member) for row in place.substitutes)}?"
