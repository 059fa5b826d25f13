"""What steering adds to the rooms of a partnership: those that have something in them, asked for at once."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from partnerships.models import Partnership
from pods.models import Group
from steering.models import Objective, YouthVoice


def rooms(partnership: Partnership) -> list[tuple[str, str]]:
    here = OuterRef("pk")
    filled = Partnership.objects.filter(pk=partnership.pk).values_list(
        Exists(Group.objects.current().filter(partnership=here, kind=Group.Kind.STEERING)),
        Exists(Objective.objects.current().filter(priority__partnership=here)),
        Exists(YouthVoice.objects.filter(partnership=here)),
    )
    doors = [("Steering", "steering"), ("Plan", "plan"), ("You said, we did", "youth_voice")]
    return [
        (label, reverse(f"steering:{door}", args=[partnership.slug]))
        for is_filled, (label, door) in zip(filled.get(), doors, strict=True)
        if is_filled
    ]
