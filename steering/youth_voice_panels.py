"""What the register of young people's voice puts in a partnership's rooms."""

from django.urls import reverse

from partnerships.models import Partnership
from steering.models import YouthVoice


def room(partnership: Partnership) -> list[tuple[str, str]]:
    if not YouthVoice.objects.filter(partnership=partnership).exists():
        return []
    return [("You said, we did", reverse("steering:youth_voice", args=[partnership.slug]))]
