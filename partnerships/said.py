"""What this site says of a listed partnership, line by line, for somebody who knows whether it is right."""

from partnerships.models import Partnership


def said_of(partnership: Partnership) -> list[tuple[str, str]]:
    """Return (what, as shown) for each fact; what we do not know is said to be missing, so that it can be told."""
    places = ", ".join(place.name for place in partnership.places.all())
    former = ", ".join(name.name for name in partnership.names.all() if name.name != partnership.name)
    lines = [
        ("Name", partnership.name),
        ("Also known as", former),
        ("How it stands", partnership.get_status_display()),
        ("Where it works", places or partnership.region.name),
        ("What it is", partnership.summary),
        ("Looked after by", partnership.led_by),
        ("Began", partnership.began),
        ("Its own site", partnership.website),
        ("Its contact page", partnership.contact_url),
    ]
    return [(what, shown or "We do not know") for what, shown in lines if shown or what != "Also known as"]
