"""Which pods, if any."""

from django import forms

from members.models import Member
from partnerships.models import Partnership
from pods.models import Group


class PodsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group: Group) -> str:
        return f"{group}: {group.purpose}" if group.purpose else str(group)


class PodsForm(forms.Form):
    """Tick the groups to belong to; a tick taken away leaves that one."""

    pods = PodsField(
        queryset=Group.objects.none(),
        required=False,
        label="Which pods would you like to be in?",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, member: Member, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.offered = Group.objects.open().filter(partnership=partnership).select_related("priority")
        self.held = set(self.offered.filter(memberships__in=member.group_memberships.current()))
        self.fields["pods"].queryset = self.offered
        self.fields["pods"].initial = [group.pk for group in self.held]

    def save(self) -> None:
        wanted = set(self.cleaned_data["pods"])
        for group in wanted - self.held:
            group.join(self.member)
        for group in self.held - wanted:
            group.leave(self.member)
