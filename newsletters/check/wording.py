"""The words as they were written: something to say, nothing left in, a subject worth opening, sections with both."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletters.check.finding import Finding, field_of

if TYPE_CHECKING:
    from newsletters.check import Check

# Left in by somebody who meant to come back: TK (printers' "to come"), [...], lorem ipsum, merge fields.
PLACEHOLDER = re.compile(
    r"\bTK(?:TK)*\b|\[ ?(?:\.\.\.|…) ?\]|(?i:lorem ipsum)|\{\{[^{}]{0,80}\}\}|\{%[^{}]{0,80}%\}|\*\|\w{1,40}\|\*"
)
GREETING = re.compile(r"(?:dear|hello|hi|hey|good (?:morning|afternoon)|welcome)\b[^.\n]{0,40}[,!:]?\s*(?:\n|$)", re.I)
LETTER = re.compile(r"[^\W\d_]")


def nothing_to_say(check: "Check") -> Iterator[Finding]:
    if not check.says_something:
        yield Finding("There are no words in it yet.", "#id_opening", bars=True)


def left_in(check: "Check") -> Iterator[Finding]:
    for field, name, text in check.texts:
        left = PLACEHOLDER.search(text)
        if left:
            yield Finding(
                f"{name}: “{left.group()[:40]}” is still in. It would arrive exactly like that.", field, bars=True
            )


def untested(check: "Check") -> Iterator[Finding]:
    if not check.newsletter.is_tested:
        again = "since the last change" if check.newsletter.proofs.exists() else "yet"
        yield Finding(f"Nobody has sent themselves a test {again}.", "test", bars=True)


def subject(check: "Check") -> Iterator[Finding]:
    subject, field = check.words.subject, "#id_subject"
    if len(subject) > 78:
        yield Finding(f"The subject has {len(subject)} characters. Inboxes show about 60 of them.", field)
    elif len(subject) < 10:
        yield Finding("The subject is very short. Say what is in it for the reader.", field)
    if len(subject) > 9 and subject.isupper():
        yield Finding("The subject is all in capitals, which reads as shouting.", field)
    if not LETTER.search(subject):
        yield Finding("The subject has no word in it.", field)
    if subject.count("!") > 1:
        yield Finding("The subject has more than one exclamation mark, which looks like advertising.", field)


def subject_again(check: "Check") -> Iterator[Finding]:
    last = next(iter(check.earlier), None)
    if last and last.subject == check.words.subject:
        yield Finding(f"The subject is the same as last time (number {last.number}).", "#id_subject")


def preheader(check: "Check") -> Iterator[Finding]:
    line = check.words.preheader
    if not line:
        yield Finding(
            "There is no line beside the subject: inboxes will show the first words instead.", "#id_preheader"
        )
    elif line.casefold() == check.words.subject.casefold():
        yield Finding("The line beside the subject says the subject again.", "#id_preheader")


def greeting(check: "Check") -> Iterator[Finding]:
    if GREETING.match(check.words.opening):
        yield Finding("The opening words greet the reader, who is greeted by name already.", "#id_opening")


def sections(check: "Check") -> Iterator[Finding]:
    for at, part in enumerate(check.words.sections, 1):
        if not part.heading and not part.body and not part.picture:
            yield Finding(f"Section {at} is empty. It is left out.", field_of(at))
        elif not part.body and not part.picture:
            yield Finding(f"Section {at}, “{part.heading}”, has a heading and no words.", field_of(at))
        elif not part.heading:
            yield Finding(f"Section {at} has no heading.", field_of(at))


def same_heading(check: "Check") -> Iterator[Finding]:
    counted = Counter(part.heading.casefold() for part in check.words.sections if part.heading)
    for at, part in enumerate(check.words.sections, 1):
        if counted[part.heading.casefold()] > 1:
            yield Finding(f"Two sections are called “{part.heading}”.", field_of(at))
            counted[part.heading.casefold()] = 0


CHECKS = (nothing_to_say, left_in, untested, subject, subject_again, preheader, greeting, sections, same_heading)
