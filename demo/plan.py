"""What LeedsCEP means to do in the story, what Steering is asked and has decided, and one book of evidence."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from demo.mailing_list import address_of, said
from demo.school_days import DAY, SchoolDays
from lcep.site import today
from meetings.models import Meeting
from members.models import Member
from partnerships.models import Partnership, Priority
from pods.models import Group
from steering.evidence import figures
from steering.models import Action, Decision, EvidenceBook, FunderLine, Objective, Pack, ReportNote, YouthVoice
from steering.pack import Papers

AT = time(14, 20)
A_YEAR = timedelta(days=365)


class Plan:
    """The story's plan, placed around today."""

    def __init__(self, leeds: Partnership, days: SchoolDays) -> None:
        self.leeds, self.days, self.said = leeds, days, said("plan")
        self.priorities = {row.position: row for row in Priority.objects.current().filter(partnership=leeds)}
        pods = Group.objects.current().pods().filter(partnership=leeds).select_related("priority")
        self.pods = {pod.priority.position: pod for pod in pods if pod.priority}
        self.people: dict[str, Member | None] = {}

    def tell(self) -> None:
        if not Objective.objects.filter(priority__partnership=self.leeds).exists():
            for told in self.said["objective"]:
                self._objective(told)
            self._steering()
            self._voices()
            self._evidence()

    def _objective(self, told: dict[str, Any]) -> None:
        begun = max(action["begun"] for action in told["actions"])
        objective = Objective.objects.create(
            priority=self.priorities[told["position"]], title=told["title"], from_on=self._day(begun + 7)
        )
        for each in told["actions"]:
            self._action(objective, each)

    def _action(self, objective: Objective, told: dict[str, Any]) -> None:
        pod, due = self.pods.get(told.get("group", 0)), told["due"]
        day = self.days.on_or_after(today() + DAY * due) if due >= 0 else self._day(-due)
        owner = None if pod else self._person(told.get("owner", ""))
        dee = self._person("Dee Marigold")
        action = Action.begin(
            objective, told["title"], by=dee, owner=owner, group=pod, due_on=day, made_at=self._at(told["begun"])
        )
        leader = pod.runners().order_by("pk").first() if pod else None
        for number, state, text in told["told"]:
            action.tell(state, text, by=owner or leader or dee, at=self._at(number))

    def _steering(self) -> None:
        """The last meeting is closed with what it decided; the next one has its questions."""
        group = Group.objects.current().filter(partnership=self.leeds, kind=Group.Kind.STEERING).first()
        last = Meeting.objects.past().filter(group=group).first()
        ahead = Meeting.objects.upcoming().filter(group=group).first()
        gwen = self._person("Gwen Hollyhock")
        if last and last.starts_at:
            for told in self.said["decided"]:
                decision = Decision.ask(last, told["question"], told["background"], by=gwen)
                Decision.objects.filter(pk=decision.pk).update(
                    outcome=Decision.Outcome.AGREED,
                    words=told["words"],
                    means=told["means"],
                    decided_on=localdate(last.starts_at),
                )
            closed = last.starts_at + timedelta(days=1)
            pack = Pack.objects.create(meeting=last, closed_at=closed, closed_by=gwen, made_at=closed)
            for line in Papers(last).reports:
                ReportNote.objects.create(pack=pack, group=line.group, report=line.report, at=closed)
        if ahead:
            for told in self.said["question"]:
                Decision.ask(ahead, told["question"], told["background"], by=self._person(told["asked_by"]))
            Pack.objects.create(meeting=ahead, words=self.said["pack"]["words"])

    def _voices(self) -> None:
        for told in self.said["voice"]:
            answered = self._day(told["answered"]) if "answered" in told else None
            due = self.days.on_or_after(today() + DAY * told["answer_in"]) if "answer_in" in told else answered
            YouthVoice.objects.create(
                partnership=self.leeds,
                priority=self.priorities[told["position"]],
                heard_on=self._day(told["heard"]),
                answer_by=due,
                answered_on=answered,
                answer=told.get("answer", ""),
                made_by=self._person("Ada Fernleaf"),
                **{name: told[name] for name in ("organisation", "ages", "headcount", "said")},
            )

    def _evidence(self) -> None:
        """Lines for funders, and a book of the twelve months until the last school day."""
        dee = self._person("Dee Marigold")
        for told in self.said["tell"]:
            action = Action.objects.of(self.leeds).filter(title=told.get("action", "")).first()
            FunderLine.objects.create(
                partnership=self.leeds,
                happened_on=self._day(told["days"]),
                priority=self.priorities[told["position"]],
                text=told["text"],
                action=action,
                made_by=dee,
            )
        last = self.days.on_or_before(today() - DAY)
        first = last - A_YEAR
        EvidenceBook.objects.create(
            partnership=self.leeds,
            title=f"Twelve months until {last:%B %Y}",
            first_on=first,
            last_on=last,
            figures=figures(self.leeds, first, last),
            made_by=dee,
            shared_at=timezone.now(),
        )

    def _day(self, back: int) -> date:
        return self.days.on_or_before(today() - DAY * back)

    def _at(self, back: int) -> datetime:
        return timezone.make_aware(datetime.combine(self._day(back), AT))

    def _person(self, name: str) -> Member | None:
        """Somebody of the story, unless they asked to be forgotten since."""
        if name and name not in self.people:
            self.people[name] = Member.objects.filter(email=address_of(name), erased_at=None).first()
        return self.people.get(name)
