"""Short public ids for addresses people may read out: `kf7w2m9c`."""

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
LENGTH = 8


def new_ref() -> str:
    """Return a random id that says nothing of what it stands for and cannot be counted through."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
