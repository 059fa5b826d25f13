"""What the tests of members share: a relay and a hand to send with, as the engine's own tests have them."""

from tests.mailings.conftest import relay, send

__all__ = ["relay", "send"]
