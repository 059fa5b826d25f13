"""Which pods, if any."""

from django import forms

from members.models import Member
from partnerships.models import Partnership
from pods.models import Group


class PodsForm(forms.Form):
    """Tick the groups to belong to; a tick taken away leaves that one."""

    pods = forms.MultipleChoiceField(
        required=False, label="Which pods would you like to be in?", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, member: Member, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        groups = Group.objects.open().filter(partnership=partnership).select_related("priority")
        self.offered = {group.slug: group for group in groups}
        held = groups.filter(memberships__in=member.group_memberships.current())
        self.held = set(held.values_list("slug", flat=True))
        self.fields["pods"].choices = [(slug, _label(group)) for slug, group in self.offered.items()]
        self.fields["pods"].initial = sorted(self.held)

    def save(self) -> None:
        wanted = set(self.cleaned_data["pods"])
        for slug in wanted - self.held:
            self.offered[slug].join(self.member)
        for slug in self.held - wanted:
            self.offered[slug].leave(self.member)


def _label(group: Group) -> str:
    return f"{group}: {group.purpose}" if group.purpose else str(group)
