"""Pictures drawn on the server. A slug always gives the same picture, so each is drawn once in each process."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from partnerships import collage as collages

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=200)
def collage(slug: str) -> SafeString:
    """Draw the banner of a partnership at home here."""
    return render_to_string("components/_collage.html", {"collage": collages.collage(slug)})


@register.simple_tag
@lru_cache(maxsize=200)
def frieze(slug: str) -> SafeString:
    """Draw a corner of a town for the head of a page, or for a card."""
    return render_to_string("components/_frieze.html", {"frieze": collages.frieze(slug)})


@register.filter
def hue(slug: str) -> str:
    """Return the class of the hue that belongs to a slug: "hue-7"."""
    return f"hue-{collages.hue(slug)}"
