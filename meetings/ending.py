"""What a finished task & finish group leaves behind: asked on the one page that finishes it.

The group itself keeps the outcome. A document is made here; a story and an update of the plan belong to apps
above, which put a part of the page on the shelf `lcep.site.group_endings` in their `AppConfig.ready`:

    site.group_endings.add("plan", of_the_plan, order=30)

`of_the_plan(group, data, files)` gives a `Part`, or None when it asks nothing of this group. `data` and `files` are
those of the request, or None when the page is only shown. When every form of the page is valid the group is
finished, and in the same transaction each part's `leave` is called, once: of two leaders who press at once, the
second finds the group finished and leaves nothing.
"""

from typing import Any, Protocol

from django import forms
from django.db import transaction

from lcep import site
from lcep.site import today
from meetings.fields import LineField, UploadField
from members.models import Member
from partnerships.models import Document
from partnerships.slugs import free_slug
from pods.models import Group
from pods.models.wishes import finish
from trust.models import Entry


class Part(Protocol):
    """A Django form with a prefix of its own and, as `title`, the heading that stands over its fields."""

    title: str

    def leave(self, outcome: str, *, by: Member) -> str:
        """Do what was asked, if it was; return a sentence for whoever pressed, '' for nothing."""
        ...


def parts(group: Group, data: Any = None, files: Any = None) -> list[Any]:
    """Every part of the page that ends this group, in order."""
    return [part for offer in site.group_endings if (part := offer(group, data, files))]


def end(group: Group, outcome: str, asked: list[Any], *, by: Member) -> list[str]:
    """Finish the group and leave behind what was asked; return what was done in sentences. Once: a second call
    does nothing and returns nothing. The forms in `asked` are valid.
    """
    with transaction.atomic():
        if not finish(group, outcome, by=by):
            return []
        return [said for part in asked if (said := part.leave(outcome, by=by))]


class DocumentPart(forms.Form):
    """What there is at the end, as a file that everybody can read among the partnership's documents."""

    title = "A document"
    name = LineField(label="What the document is called", max_length=200, required=False)
    file = UploadField(label="The file, if there is one", required=False)

    def __init__(self, group: Group, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="document", initial={"name": group.name}, **kwargs)
        self.group = group
        self.fields["file"].help_text += f" It stands among the documents of {group.partnership}, for everybody."

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("file") and not said.get("name"):
            self.add_error("name", "Say what the document is called.")
        return said

    def leave(self, outcome: str, *, by: Member) -> str:
        if not self.cleaned_data.get("file"):
            return ""
        partnership, name = self.group.partnership, self.cleaned_data["name"]
        taken = partnership.documents.values_list("slug", flat=True)
        document = Document.objects.create(
            partnership=partnership,
            title=name,
            slug=free_slug(name, taken, "document", 100),
            kind=Document.Kind.OWN,
            publisher=f"{self.group}, a task & finish group of {partnership}",
            year=str(today().year),
        )
        document.add_version(self.cleaned_data["file"], dated_on=today(), by=by)
        Entry.record("added", document, by=by)
        return f"“{name}” stands among the documents of {partnership}."


def of_a_document(group: Group, data: Any, files: Any) -> DocumentPart:
    return DocumentPart(group, data, files)
