"""The audit of one partnership in plain words, for those who answer for it: who did what, and when."""

from datetime import date
from typing import cast

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from meetings.models import Meeting, Paper
from members.models import Member
from partnerships.models import Partnership
from pods.models import Group
from steering.models import Sharing
from trust.models import Entry, EntryQuerySet

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TAKEN_OUT = Q(verb__startswith="exported") | Q(verb__startswith="looked")
PARTNERSHIP = "partnerships.partnership"
ROLES = Q(subject__in=["partnerships.stewardship", "pods.appointment", "steering.keyturn"])


class About(models.TextChoices):
    TAKEN_OUT = "taken-out", "What was taken out of the site, or looked into"
    ROLES = "roles", "Who manages, chairs and leads"
    PEOPLE = "people", "People and their data"
    MAIL = "mail", "Newsletters, stories and mail"
    GROUPS = "groups", "Groups and their meetings"
    STEERING = "steering", "Steering and the plan"
    PAGES = "pages", "The partnership's own pages"


MEANT = {
    About.TAKEN_OUT: TAKEN_OUT,
    About.ROLES: ROLES,
    About.PEOPLE: Q(subject__startswith="members."),
    About.MAIL: Q(subject__startswith="mailings.") | Q(subject__startswith="newsletters."),
    About.GROUPS: (Q(subject__startswith="pods.") | Q(subject__startswith="meetings.")) & ~ROLES,
    About.STEERING: Q(subject__startswith="steering.") & ~ROLES,
    About.PAGES: Q(subject__startswith="partnerships.") & ~ROLES & ~TAKEN_OUT,
}
# An entry about a person holds no name: these words stand for whom it was about.
SOMEBODY = {
    "members.membership": "of somebody on the list",
    "members.member": "of a member",
    "pods.appointment": "somebody in a role",
    "steering.interest": "somebody who would like a seat",
}
WHOLE = {  # verbs that need no object
    "appointed a manager", "ended a manager's appointment", "answered an enquiry", "answered a data complaint",
    "brought a list of people along", "took a list of people back", "ended an appointment",
    "looked into the Executive", "chose their working days",
}  # fmt: skip
# What stands for a row whose own name says something about a person: "an action", "a mailing".
NOUNS = {str(model._meta.verbose_name) for model in apps.get_models()}
DETAIL = {"why": "because", "reason": "because", "role": "as", "until": "until", "rows": "rows", "people": "people"}


def entries_for(member: Member, partnership: Partnership) -> EntryQuerySet:
    """Return the entries about a partnership; those about its Executive only for who sits on it."""
    seen = Q(partnership=partnership)
    executive = Group.objects.of_member(member).filter(partnership=partnership, kind=Group.Kind.EXECUTIVE)
    for group in executive:
        seen |= _about(group)
    return Entry.objects.filter(seen).select_related("actor")


def _about(group: Group) -> Q:
    """Entries about a group, its meetings, its papers and what of it was shared."""
    meetings = Meeting.objects.filter(group=group)
    rows = {
        "pods.group": [group.pk],
        "pods.appointment": group.appointments.values_list("pk", flat=True),
        "meetings.meeting": meetings.values_list("pk", flat=True),
        "meetings.paper": Paper.objects.filter(Q(group=group) | Q(meeting__in=meetings)).values_list("pk", flat=True),
        "steering.sharing": Sharing.objects.filter(meeting__in=meetings).values_list("pk", flat=True),
    }
    found = Q()
    for subject, keys in rows.items():
        found |= Q(subject=subject, subject_id__in=[str(key) for key in keys])
    return found


def told(entry: Entry) -> str:
    """Return what was done, in words that follow who did it."""
    said = f"{entry.verb} {_whom(entry)}".strip()
    fields = entry.detail.get("fields")
    if fields:
        said += f": {', '.join(map(str, fields))}"
    more = [_detail(name, value) for name, value in entry.detail.items() if name in DETAIL and value not in ("", None)]
    return f"{said} ({', '.join(more)})" if more else said


def _whom(entry: Entry) -> str:
    if entry.verb in WHOLE or entry.subject == "steering.keyturn":
        return ""
    if entry.verb.startswith("exported") and not entry.verb.endswith(" of") and entry.subject == PARTNERSHIP:
        return f"of {entry.title}"
    if entry.subject in SOMEBODY:
        return SOMEBODY[entry.subject]
    if entry.title in NOUNS:
        return f"{'an' if entry.title[0] in 'aeiou' else 'a'} {entry.title}"
    return entry.title


def _detail(name: str, value: object) -> str:
    word = DETAIL[name]
    return f"{value} {word}" if name in {"rows", "people"} else f"{word} {value}"


class AuditForm(forms.Form):
    """What of it is shown: by whom, about what, from when until when. Nothing is asked for."""

    about = forms.ChoiceField(label="About", required=False, choices=[("", "Everything"), *About.choices])
    who = forms.ModelChoiceField(Member.objects.none(), label="By", required=False, empty_label="Anybody")
    first_on = forms.DateField(label="From", required=False, widget=DAY)
    last_on = forms.DateField(label="Until", required=False, widget=DAY)

    def __init__(self, data, *, entries: EntryQuerySet) -> None:
        super().__init__(data)
        self.entries = entries
        who = cast(forms.ModelChoiceField, self.fields["who"])
        who.queryset = Member.objects.filter(pk__in=entries.order_by().values("actor")).order_by("name")

    def clean(self) -> dict:
        first: date | None = self.cleaned_data.get("first_on")
        last: date | None = self.cleaned_data.get("last_on")
        if first and last and first > last:
            raise ValidationError("The first day lies after the last one.")
        return self.cleaned_data

    def found(self) -> EntryQuerySet:
        """Return the entries asked for, the latest first; all of them while the question is not understood."""
        if not self.is_valid():
            return self.entries
        said, wanted = self.cleaned_data, Q()
        if said["about"]:
            wanted &= MEANT[said["about"]]
        if said["who"]:
            wanted &= Q(actor=said["who"])
        if said["first_on"]:
            wanted &= Q(at__date__gte=said["first_on"])
        if said["last_on"]:
            wanted &= Q(at__date__lte=said["last_on"])
        return self.entries.filter(wanted)
