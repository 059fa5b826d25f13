"""A member's story all the way: the form, the newsletter in a mailbox, the archive, and word back to its writer."""

from django.urls import reverse
from django.utils import timezone

from mailings.models import Mailing
from newsletters.models import Story
from newsletters.stories import telling
from tests.mailings.conftest import relay, send
from tests.newsletters.test_stories import SEND, STORIES, typed

__all__ = ["relay", "send"]


def test_a_story_from_the_form_to_the_archive(as_member, client, ben, dee, draft, screen, relay, send):
    as_member(ben).post(SEND, typed())
    story, desk = Story.objects.get(), as_member(dee)
    desk.post(f"{STORIES}{story.pk}/approval/")
    desk.post(reverse("admin:newsletters_newsletter_stories", args=[draft.pk]), {"story": story.pk})
    draft.refresh_from_db()
    draft.test(by=dee)
    desk.post(screen("sending", draft), {"version": draft.version, "when": "now"})
    Mailing.objects.filter(newsletter=draft).update(send_at=timezone.now())  # two minutes are over
    send()

    to_ben = [mail for mail in relay.taken if mail.recipient == "ben@example.org"]
    [mail] = [mail for mail in to_ben if "Autumn" in mail.message["Subject"]]
    text = " ".join(mail.part("plain").split())
    assert "Six mornings in June" in text and "https://drums.example.org/june" in text
    assert ">June</strong>" in mail.part("html")

    draft.refresh_from_db()
    kept = client.get(draft.get_absolute_url()).content.decode()
    assert story.title in kept and "Six mornings in <strong>June</strong>" in kept
    assert draft.subject in client.get(reverse("newsletters:feed", args=["leedscep"])).content.decode()
    assert f"newsletter {draft.number}</a>" in client.get(story.get_absolute_url()).content.decode()

    telling.tell_writers()
    send()
    assert any("2 people" in mail.message["Subject"] for mail in relay.taken if mail.recipient == "ben@example.org")
