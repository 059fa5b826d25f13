"""Pictures drawn on the server."""

from django import template

from partnerships import collage as collages

register = template.Library()


@register.inclusion_tag("components/_collage.html")
def collage(slug: str) -> dict:
    """Draw the banner of a partnership at home here."""
    return {"collage": collages.collage(slug)}


@register.inclusion_tag("components/_frieze.html")
def frieze(slug: str) -> dict:
    """Draw a corner of a town for the head of a page, or for a card."""
    return {"frieze": collages.frieze(slug)}


@register.filter
def hue(slug: str) -> str:
    """Return the class of the hue that belongs to a slug: "hue-7"."""
    return f"hue-{collages.hue(slug)}"
