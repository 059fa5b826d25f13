"""The links in mails that are signed for each reader."""

from typing import Any

from django.conf import settings

from mailings.slots import Values, linked
from trust.tokens import POLL, REPLY


def reply_url(values: Values) -> str:
    """The reply page of this meeting for the person a delivery is for."""
    return _link(REPLY, values, "meeting")


def poll_url(values: Values) -> str:
    return _link(POLL, values, "poll")


def register() -> None:
    """Let mails hold the links that are signed for each reader."""
    linked("reply_url", reply_url)
    linked("poll_url", poll_url)


def _link(token: Any, values: Values, what: str) -> str:
    member, number = values.delivery.member_id, values.delivery.slots.get(what)
    if member is None or not number:
        return settings.SITE_URL + "/"
    before, after = token.path.split("<token>")
    return settings.SITE_URL + before + token.sign(int(number), member) + after
