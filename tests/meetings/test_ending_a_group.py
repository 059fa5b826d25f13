"""A task & finish group ends on one page: its outcome, a story, a document, and whatever an app above asks."""

from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lcep import site
from lcep.site import today
from meetings.models import Meeting
from newsletters.models import Story
from partnerships.models import Document
from pods.models import Appointment, Group
from tests import factories
from tests.partnerships.files import PDF


@pytest.fixture
def task(leeds, pod, ada):
    task = factories.GroupFactory(
        partnership=leeds, name="Toolkit", kind="task-and-finish", parent=pod, finish_by=today() + timedelta(days=20)
    )
    Appointment.appoint(ada, task, "lead")
    return task


def page(task) -> str:
    return reverse("meetings:ending", args=[task.ref])


def said(**more) -> dict:
    return {"outcome": "A toolkit for ten schools.", "story-tell": "on", "story-heading": "Toolkit is done"} | more


def test_in_one_page_it_becomes_a_story_and_a_document(as_member, client, leeds, task, ada):
    file = SimpleUploadedFile("Toolkit.pdf", PDF)
    answer = as_member(ada).post(
        page(task), said(**{"document-name": "The toolkit", "document-file": file}), follow=True
    )
    words = answer.content.decode()
    assert "The story is with the manager" in words and "stands among the documents" in words
    task.refresh_from_db()
    assert task.until_on == today() and task.outcome == "A toolkit for ten schools."
    story = Story.objects.get()
    assert story.is_waiting and (story.writer, story.kind, story.text) == (ada, "project", task.outcome)
    shelf = client.get(reverse("partnerships:documents", args=[leeds.slug])).content.decode()
    assert "The toolkit" in shelf and Document.objects.get().versions.count() == 1
    assert "A toolkit for ten schools." in client.get(task.get_absolute_url()).content.decode()


def test_neither_is_made_unasked(as_member, task, ada):
    as_member(ada).post(page(task), {"outcome": "We stopped.", "story-heading": "x", "document-name": "y"})
    task.refresh_from_db()
    assert task.until_on and not Story.objects.exists() and not Document.objects.exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"outcome": ""}, "required"),
        ({"story-heading": ""}, "Give the story a title"),
        ({"story-heading": "x" * 10_000}, "120"),
        ({"document-name": "", "document-file": ("a.pdf", PDF)}, "Say what the document is called"),
        ({"document-file": ("a.pdf", b"<html>")}, "Web pages"),
    ],
)
def test_with_a_slip_nothing_ends_and_nothing_typed_is_lost(as_member, task, ada, more, told):
    given = said(outcome="We made it.", **{"document-name": "The toolkit"}) | {
        name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in more.items()
    }
    words = as_member(ada).post(page(task), given).content.decode()
    assert told in words and (given["outcome"] in words)
    task.refresh_from_db()
    assert task.until_on is None and not Story.objects.exists() and not Document.objects.exists()


def test_pressed_twice_it_leaves_one_story(as_member, task, ada):
    browser = as_member(ada)
    browser.post(page(task), said())
    assert browser.post(page(task), said()).status_code == 404
    assert Story.objects.count() == 1


class PlanPart(forms.Form):
    """What an app above may ask."""

    title = "The plan"
    action = forms.ChoiceField(label="Which action?", choices=[("", "None"), ("7", "Toolkits")], required=False)
    left: list[str] = []

    def leave(self, outcome, *, by):
        self.left.append(f"{self.cleaned_data['action']}: {outcome} by {by}")
        return "The plan says so."


def test_an_app_above_asks_for_its_own(as_member, task, ada, monkeypatch):
    monkeypatch.setattr(site, "group_endings", site.Shelf(dict(site.group_endings.parts)))
    site.group_endings.add("plan", lambda group, data, files: PlanPart(data, prefix="plan"), order=30)
    site.group_endings.add("nothing", lambda group, data, files: None)
    browser = as_member(ada)
    assert "The plan" in browser.get(page(task)).content.decode()
    wrong = browser.post(page(task), said(**{"plan-action": "9"}))
    assert "Select a valid choice" in wrong.content.decode() and not PlanPart.left
    answer = browser.post(page(task), said(**{"plan-action": "7"}), follow=True)
    assert "The plan says so." in answer.content.decode()
    assert PlanPart.left == ["7: A toolkit for ten schools. by Ada"]


def test_when_one_part_fails_nothing_is_left(task, ada, monkeypatch):
    from meetings import ending

    class Broken:
        def leave(self, outcome, *, by):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ending.end(task, "Done.", [Broken()], by=ada)
    task.refresh_from_db()
    assert task.until_on is None


def test_an_ended_group_plans_nothing_more_and_its_desk_says_so(as_member, task, ada):
    Group.objects.filter(pk=task.pk).update(until_on=today() - timedelta(days=1), outcome="A trolley in every library.")
    browser, desk = as_member(ada), reverse("meetings:desk", args=[task.ref])
    page = browser.get(desk).content.decode()
    assert "ended on" in page and "A trolley in every library." in page and "good date" not in page
    for name in ("plan", "details", "poll", "word"):
        address = reverse(f"meetings:{name}", args=[task.ref])
        assert address not in page and browser.get(address)["Location"] == desk
        assert browser.post(address, {"day": "14 jan", "time": "4pm", "text": "x"})["Location"] == desk
    assert reverse("meetings:ending", args=[task.ref]) not in page and not Meeting.objects.filter(group=task).exists()
