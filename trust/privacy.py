"""How each field of each model is treated when its person asks for their data, or to be forgotten."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Privacy:
    """The fields of one model by class, as words in a string; a test refuses a field that has none.

    exported: about a person; in "Download my data"; emptied by "Forget me".
    erased: about a person, of technical use only; emptied by "Forget me".
    kept: about a person and kept with a reason the privacy notice gives, or a pointer to the emptied row.
    impersonal: about nobody.

    `subject` names the foreign key to the person a row is about. Emptied means text, files and free pointers;
    dates and codes stay, and say nothing once the row they point to has no name. A queryset with a `forget()`
    of its own does it better.
    """

    exported: str = ""
    erased: str = ""
    kept: str = ""
    impersonal: str = ""
    everything: bool = False
    subject: str = "member"

    def class_of(self, field: str) -> str | None:
        """Return the class of a field, or None when it declares none or two."""
        named = [name for name in ("exported", "erased", "kept", "impersonal") if field in getattr(self, name).split()]
        if self.everything and not named:
            return "impersonal"
        return named[0] if len(named) == 1 else None


# Every field of the model is about nobody.
IMPERSONAL = Privacy(everything=True)
