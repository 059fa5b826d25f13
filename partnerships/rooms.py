"""The rooms of a partnership that belong to the directory itself."""

from django.urls import reverse

from partnerships.models import Partnership


def rooms(partnership: Partnership) -> list[tuple[str, str]]:
    return [
        ("Get involved", reverse("partnerships:get_involved", args=[partnership.slug])),
        ("Documents", reverse("partnerships:documents", args=[partnership.slug])),
        ("Contact", reverse("partnerships:contact", args=[partnership.slug])),
    ]
