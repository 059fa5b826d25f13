"""A task & finish group that is done becomes a story: a part of the page that finishes it (meetings.ending)."""

from typing import Any

from django import forms

from members.models import Member
from newsletters.models import Story
from pods.models import Group
from trust.text import one_line

LONGEST_TITLE = 120


class StoryPart(forms.Form):
    """Tell it as a story; the manager looks at it before anybody reads it, as at every other."""

    title = "A story"
    tell = forms.BooleanField(
        label="Tell it on the noticeboard and in the next newsletter", required=False, initial=True
    )
    heading = forms.CharField(label="The story's title", max_length=LONGEST_TITLE, required=False)

    def __init__(self, group: Group, *args: Any, **kwargs: Any) -> None:
        heading = f"{group} is done"[:LONGEST_TITLE]
        super().__init__(*args, prefix="story", initial={"tell": True, "heading": heading}, **kwargs)
        self.group = group
        self.fields[
            "tell"
        ].help_text = f"What came of it, in the words above. {group.partnership}’s manager reads it first."

    def clean_heading(self) -> str:
        return one_line(self.cleaned_data["heading"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("tell") and not said.get("heading"):
            self.add_error("heading", "Give the story a title.")
        return said

    def leave(self, outcome: str, *, by: Member) -> str:
        if not self.cleaned_data["tell"]:
            return ""
        Story.send(
            self.group.partnership,
            writer=by,
            readers=[],
            kind=Story.Kind.PROJECT,
            title=self.cleaned_data["heading"],
            text=outcome,
            priority=self.group.priority,
            credit=str(self.group)[:160],
        )
        return "The story is with the manager."


def of_a_story(group: Group, data: Any, files: Any) -> StoryPart:
    return StoryPart(group, data)
