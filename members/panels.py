"""What members put on the desk."""

from django.http import HttpRequest
from django.urls import reverse


def find_a_person(request: HttpRequest) -> list[tuple[str, str]]:
    return [("Find a person", reverse("admin:members_membership_changelist"))]
