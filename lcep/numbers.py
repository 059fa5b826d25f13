"""Numbers of rows as they come from outside."""

MOST_DIGITS = 18  # every database holds a number of so many


def row_number(text: object) -> int:
    """Return the number of a row as a form or an address says it; 0, which no row has, for anything else."""
    words = str(text or "")
    return int(words) if words.isdecimal() and len(words) <= MOST_DIGITS else 0
