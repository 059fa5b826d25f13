"""Whether what somebody typed means a name, forgiving small typing errors."""

import re
import unicodedata

EXACT, BEGINS, HOLDS, NEAR = range(4)
# What people put round the name of a place: "London Borough of Hackney", "Leeds City Council".
ROUND_A_PLACE = re.compile(
    r"^(?:the )?(?:london|royal) borough of |^(?:the )?borough of |^(?:in|near) "
    r"|(?: (?:metropolitan|city|borough|district|county))* council$"
)
MOST_WORDS = 8


def folded(text: str) -> str:
    """Return text as it is compared: no accents, capitals or punctuation, "&" as "and", single spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    plain = re.sub(r"['’]", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return " ".join(re.findall(r"[^\W_]+", plain))


def bare(text: str) -> str:
    """Return a folded name of a place without what people put round it; never nothing."""
    whole = folded(text)
    return ROUND_A_PLACE.sub("", whole).strip() or whole


def closeness(typed: str, name: str) -> int | None:
    """Say how well a folded text fits a folded name: EXACT, BEGINS, HOLDS, NEAR, or None for not at all."""
    if not typed:
        return None
    if typed == name:
        return EXACT
    if name.startswith(f"{typed} "):
        return BEGINS
    words, wanted = name.split(), typed.split()[:MOST_WORDS]
    if all(any(word.startswith(part) for word in words) for part in wanted):
        return HOLDS
    joined = typed.replace(" ", "")
    if len(joined) >= 5 and joined in name.replace(" ", ""):
        return HOLDS
    if all(any(is_slip(part, word) for word in words) for part in wanted):
        return NEAR
    return NEAR if is_slip(joined, name.replace(" ", "")) else None


def is_slip(typed: str, word: str) -> bool:
    """Whether one word may be the other with a slip: none below 4 letters, one below 8, else two.

    A slip is a letter too many, missing, wrong, or two swapped (optimal string alignment distance).
    """
    allowed = 0 if len(typed) < 4 else 1 if len(typed) < 8 else 2
    if abs(len(typed) - len(word)) > allowed:
        return False
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, a in enumerate(typed, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(word, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == word[j - 2] and typed[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > allowed:
            return False
    return row[-1] <= allowed
