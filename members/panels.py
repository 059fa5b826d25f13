"""What members put on the desk."""

from django.http import HttpRequest
from django.urls import reverse


def find_a_person(request: HttpRequest) -> list[tuple[str, str]]:
    if not request.user.keeps_a_list:
        return []
    return [
        ("Find a person", reverse("admin:members_membership_changelist")),
        ("Add a person", reverse("admin:members_membership_add")),
    ]


def once_in_a_while(request: HttpRequest) -> list[tuple[str, str]]:
    if not request.user.keeps_a_list:
        return []
    return [
        ("Take data out", reverse("admin:members_membership_export")),
        ("Bring a list of people", reverse("admin:members_import_add")),
    ]
