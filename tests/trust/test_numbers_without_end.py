"""A number longer than any number is: no page breaks on it, and nothing is kept that no column holds."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Meeting

ENDLESS = ["9" * 5000, "0" * 5 + "9" * 20, "9" * 19]


@pytest.mark.parametrize("number", ENDLESS)
def test_of_a_device(ben, as_member, number):
    assert as_member(ben).post(reverse("members:devices"), {"device": number}).status_code == 404


@pytest.mark.parametrize("number", ENDLESS)
def test_of_what_a_line_for_funders_tells(leeds, dee, as_member, number):
    page = reverse("steering:funder_line", args=[leeds.slug])
    answer = as_member(dee).get(page, {"of": f"action-{number}"})
    assert answer.url == reverse("steering:funder_lines", args=[leeds.slug])


@pytest.mark.parametrize("number", [*ENDLESS, "0000099999", "1001"])
def test_of_others_who_came(pod, ada, as_member, number):
    meeting = Meeting.schedule(pod, starts_at=timezone.now() + timedelta(days=1), by=ada, seen=0)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1)
    )
    answer = as_member(ada).post(reverse("meetings:record", args=[meeting.ref]), {"others": number})
    assert "give a number, like 2" in answer.content.decode()
    assert not Meeting.objects.exclude(others=0).exists()


def test_of_a_year_in_a_list_of_the_desk(leeds, dee, as_member):
    answer = as_member(dee).get(reverse("admin:trust_entry_changelist"), {"at__year": "9" * 20})
    assert answer.status_code == 302
