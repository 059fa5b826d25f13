"""The check before Send: each finding has an example that fails it, and few of them bar the way."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from mailings.models import Mailing
from newsletters.check import Check, leads_nowhere
from newsletters.models import Newsletter
from newsletters.words import Words

pytestmark = pytest.mark.once


def checked(leeds, **changes) -> Check:
    fields = {
        "number": 20,
        "half_term": None,
        "subject": "A subject that says enough",
        "preheader": "And a little more",
        "opening": "It was a good half term.",
        "sections": [("Dates", "On [the site](https://example.org/dates).")],
    }
    return Check(Newsletter.begin(leeds, Words.typed(**fields | changes)))


def sentences(findings) -> str:
    return " | ".join(finding.sentence for finding in findings)


def test_a_tested_newsletter_with_nothing_wrong_has_no_finding(tested):
    assert Check(tested).findings == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"opening": "", "sections": []}, "There are no words in it yet"),
        ({"opening": "TK"}, "“TK” is still in"),
        ({"opening": "Then TKTK happened"}, "“TKTK” is still in"),
        ({"subject": "News from [...]"}, "Subject: “[...]” is still in"),
        ({"preheader": "More […]"}, "“[…]” is still in"),
        ({"sections": [("Lorem ipsum", "dolor")]}, "“Lorem ipsum” is still in"),
        ({"opening": "Dear {{ first_name }}"}, "“{{ first_name }}” is still in"),
        ({"opening": "Dear *|FNAME|*"}, "“*|FNAME|*” is still in"),
        ({"opening": "[here we are](/about)"}, "leads nowhere outside this computer (/about)"),
        ({"opening": "[our page](example.org)"}, "leads nowhere outside this computer"),
        ({"opening": "[it](http://localhost:3000/x)"}, "leads nowhere"),
        ({"opening": "[it](http://192.168.1.4/x)"}, "leads nowhere"),
        ({"opening": "[it](file:///C:/x)"}, ""),
        ({"opening": "[it](foo:bar)"}, "“it” leads nowhere"),
        ({"opening": "word " * 3900, "sections": [("More", "word " * 3900)] * 6}, "It is too long"),
        ({}, "Nobody has sent themselves a test yet"),
        ({"opening": "Apply by 3 March 2020, please"}, "“Apply by 3 March 2020” is over when this goes out"),
        ({"opening": "The deadline is Tuesday, 3rd of March 2020."}, "is over when this goes out"),
        ({"opening": "[the list](http://localhost:8000/admin/members/)"}, "leads to a page that readers cannot open"),
    ],
)
def test_it_bars_the_way(leeds, dee, changes, says):
    assert says in sentences(checked(leeds, **changes).bars)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"subject": "News"}, "The subject is very short"),
        ({"subject": "x" * 79}, "79 characters"),
        ({"subject": "AUTUMN NEWS FOR ALL"}, "all in capitals"),
        ({"preheader": ""}, "no line beside the subject"),
        ({"sections": [("", "")]}, "Section 1 is empty"),
        ({"sections": [("Alone", "")]}, "has a heading and no words"),
        ({"sections": [("", "No heading")]}, "Section 1 has no heading"),
        ({"opening": "[click here](https://example.org)"}, "does not say where it leads"),
        ({"opening": "[](https://example.org)"}, "has no words to press"),
        ({"opening": "See https://example.org/a for more"}, "https://example.org/a is no link yet"),
        ({"opening": "See www.example.org"}, "www.example.org is no link yet"),
        ({"opening": "[it](file:///C:/x)"}, "a link is not written as one"),
        ({"opening": "[it] (https://example.org)"}, "is no link yet"),
        ({"opening": "![us](https://example.org/p.png)"}, "a picture among the words is left out"),
        ({"subject": "😀 🎉 😀 🎉 😀 🎉"}, "The subject has no word in it"),
        ({"subject": "Come now!!"}, "more than one exclamation mark"),
        ({"preheader": "a subject that says ENOUGH"}, "says the subject again"),
        ({"sections": [("Dates", "x"), ("dates", "y")]}, "Two sections are called “Dates”"),
        (
            {"opening": "[our plan](https://example.org/a) and [our plan](https://example.org/b)"},
            "“our plan” leads elsewhere than the same words before",
        ),
        ({"opening": "[the form](https://bit.ly/3xyz)"}, "“the form” hides where it leads (https://bit.ly/3xyz)"),
        (
            {"opening": "[it](http://localhost:8000/partnerships/leedscep/no/such/page/)"},
            "leads to a page of this site that is not there (/partnerships/leedscep/no/such/page/)",
        ),
        (
            {"opening": "We meet on Tuesday 12 January 2028."},
            "is a Wednesday; the words say “Tuesday 12",
        ),
        ({"opening": "We meet on 31 June."}, "there is no “31 June”"),
        ({"opening": "A few words."}, "Is that all?"),
        ({"opening": "Many words. " * 1300}, "minutes to read"),
        ({"opening": "word " * 140}, "a paragraph of 140 words"),
        ({"opening": "THIS IS VERY IMPORTANT for us"}, "“THIS IS VERY IMPORTANT” is in capitals"),
        ({"opening": "Come!! All of you"}, "two exclamation marks in a row"),
        ({"opening": "The plan is attached."}, "nothing travels with a newsletter"),
        ({"opening": "Dear all,\n\nhere we are"}, "greeted by name already"),
        ({}, "where you are"),
    ],
)
def test_it_advises(leeds, dee, changes, says):
    assert says in sentences(checked(leeds, **changes).advice)


@pytest.mark.parametrize(
    "opening",
    [
        "Hatkey attack, stk, Tk",
        "a [grant](https://example.org/tk)",
        "write to <ada@example.org> or [us](mailto:ada@example.org)",
        "<https://example.org/www.example.org>",
        "[on our site](http://localhost:8000/partnerships/)",
        "On 3 March 2020 we met, and it was good.",
        "We meet on Wednesday 12 January 2028, and until 14 January 2028 you may book.",
        "[one](https://example.org/a) and [another](https://example.org/b)",
        "Hello World is the name of a project of ours, and it went well.",
    ],
)
def test_it_leaves_good_words_alone(leeds, dee, opening):
    with time_machine.travel(datetime(2027, 11, 1, 12, tzinfo=UTC)):
        check = checked(leeds, opening=opening)
    assert "Opening" not in sentences(check.findings)
    assert "opening" not in sentences(check.findings)


def test_without_a_mailbox_nobody_reads_the_answers(leeds):
    leeds.mailbox = ""
    leeds.save()
    assert "Nobody reads the answers" in sentences(checked(leeds).advice)


def test_nobody_to_send_to_bars_the_way(leeds):
    assert "nobody to send it to" in sentences(checked(leeds).bars)


def test_an_edit_after_the_test_asks_for_another(tested, dee):
    tested.revise(Words.typed(number=12, half_term=None, subject="Other words now"), version=1, by=dee)
    assert "since the last change" in sentences(Check(tested).bars)


def test_the_same_subject_and_so_soon_are_pointed_out(leeds, dee, draft):
    draft.published_at = timezone.now() - timedelta(days=2)
    draft.save()
    said = sentences(checked(leeds, subject=draft.subject).advice)
    assert "the same as last time (number 12)" in said
    assert "less than a week ago" in said


def test_an_audience_that_shrank_by_a_fifth_is_pointed_out(leeds, tested, dee):
    mailing = tested.send(version=tested.version, by=dee)
    Mailing.objects.filter(pk=mailing.pk).update(
        state="done", started_at=timezone.now(), candidates=10, prepared=10, excluded=0
    )
    assert "It goes to 4 people; number 12 went to 10" in sentences(checked(leeds).advice)


def test_each_finding_shows_where(as_member, dee, draft, readers, screen, typed):
    as_member(dee).post(screen("words", draft), typed(draft, body_1="TK"))
    page = as_member(dee).get(screen("check", draft)).content.decode()
    assert f"{screen('words', draft)}#part-2" in page
    assert "Send to" not in page


@pytest.mark.parametrize(
    ("address", "nowhere"),
    [
        ("https://example.org", False),
        ("http://example.org:8080/x", False),
        ("mailto:ada@example.org", False),
        ("tel:+44113", False),
        ("https://8.8.8.8/", False),
        ("//example.org/x", True),
        ("https://intranet/x", True),
        ("https://printer.local/", True),
        ("http://[::1]/", True),
        ("http://[broken", True),
        ("https://127.0.0.1/", True),
        ("#top", True),
        ("page.html", True),
        ("mailto:", True),
        ("", True),
    ],
)
def test_where_links_lead(address, nowhere):
    assert leads_nowhere(address) is nowhere
