"""A draft of Leeds' newsletter, and the addresses of its screens."""

import pytest
from django.urls import reverse

from newsletters.models import Newsletter
from newsletters.words import Words
from tests import factories


@pytest.fixture
def draft(leeds, dee):
    """Number 12: an opening and two sections, ready but for the test."""
    leeds.postal_identity = "LeedsCEP, 1 Example Street, Leeds LS1 1AA"
    leeds.save()
    words = Words.typed(
        number=12,
        half_term=None,
        subject="Autumn news for schools and artists",
        preheader="Free training, two calls, four dates",
        opening="Hello everyone,\n\nit has been a **busy** half term.",
        sections=[
            ("Funding", "- [A grant for schools](https://example.org/grant)\n- Another one"),
            ("Dates", "Youth Voice meets on Tuesday."),
        ],
    )
    return Newsletter.begin(leeds, words, by=dee)


@pytest.fixture
def readers(leeds):
    """Three people who get the newsletter."""
    return factories.on_the_list(leeds, 3)


@pytest.fixture
def screen():
    """Return the address of a screen of a newsletter on the desk."""

    def address(name: str, newsletter: Newsletter, *more) -> str:
        return reverse(f"admin:newsletters_newsletter_{name}", args=[newsletter.pk, *more])

    return address


@pytest.fixture
def typed():
    """Return what the page of words posts for a newsletter, with changes."""

    def data(newsletter: Newsletter, press: str = "save", **changes) -> dict:
        words = newsletter.words
        shown = {
            "number": words.number,
            "half_term": words.half_term or "",
            "subject": words.subject,
            "preheader": words.preheader,
            "opening": words.opening,
            "version": newsletter.version,
            "sections": len(words.sections),
            "press": press,
        }
        for at, part in enumerate(words.sections):
            shown |= {f"heading_{at}": part.heading, f"body_{at}": part.body}
        return shown | changes

    return data
