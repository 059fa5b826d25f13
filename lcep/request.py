"""What arrives is UTF-8, whatever a request says of itself."""

from django.core.handlers.wsgi import WSGIRequest


class Request(WSGIRequest):
    """A request that is read in no other encoding.

    Python knows encodings that are none of text ("hex"): Django would break on one that a request names before any
    page is asked.
    """

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, said: str | None) -> None:
        """Take no notice."""
