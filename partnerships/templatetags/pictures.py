"""Pictures drawn on the server."""

from django import template

from partnerships import collage as collages

register = template.Library()


@register.inclusion_tag("components/_collage.html")
def collage(slug: str) -> dict:
    """Draw the banner of a partnership at home here."""
    return {"collage": collages.collage(slug)}
