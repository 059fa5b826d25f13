"""The mail: the same words in both parts and on the web, each reader's own links, and a text part made for reading."""

import re

import html5lib
import pytest
from django.utils import timezone

from lcep.letters import inlined
from newsletters import emails
from newsletters.models import Newsletter, Picture
from newsletters.pictures import clean
from tests import factories
from tests.newsletters.photos import GREY

pytestmark = pytest.mark.once


class Spoken:
    """Headings, links, pictures and words of an HTML document, as html5lib, a parser of its own, understands it."""

    def __init__(self, html: str) -> None:
        self.headings, self.links, self.words, self.pictures = [], [], [], []
        self._walk(html5lib.parse(html, namespaceHTMLElements=False).find("body"))

    def _walk(self, element) -> None:
        if element.tag == "style" or not isinstance(element.tag, str):
            return
        if re.fullmatch("h[1-6]", element.tag):
            self.headings.append([element.tag, "".join(element.itertext())])
        if element.tag == "a":
            self.links.append(element.get("href"))
        if element.tag == "img":
            self.pictures.append(element.get("alt"))
        self.words.extend((element.text or "").split())
        for child in element:
            self._walk(child)
            self.words.extend((child.tail or "").split())


def spoken(html: str) -> Spoken:
    return Spoken(html)


def test_headings_are_in_order_and_the_same_in_both_parts_and_on_the_web(client, rich):
    rich.published_at = timezone.now()
    rich.save()
    message = emails.message(rich)
    mail, page = spoken(message.html), spoken(client.get(rich.get_absolute_url()).content.decode())

    assert [tag for tag, _ in mail.headings] == ["h1", "h2", "h2", "h2", "h3", "h3", "h2", "h2"]
    assert mail.headings == page.headings[: len(mail.headings)]
    places = [message.text.index(title) for _, title in mail.headings[:2]]
    assert places == sorted(places)
    assert "Everything & more\n=================" in message.text
    assert "Part\n----" in message.text


def test_every_link_of_the_mail_stands_in_the_text_part_and_on_the_web(client, rich):
    rich.published_at = timezone.now()
    rich.save()
    message = emails.message(rich)
    page = spoken(client.get(rich.get_absolute_url()).content.decode())
    for link in spoken(message.html).links:
        assert link in message.text
        if "slot" not in link:
            assert link in page.links or link.endswith(rich.get_absolute_url())


def test_every_word_of_the_mail_stands_in_the_text_part(rich):
    message = emails.message(rich)
    text = set(re.findall(r"\w+", message.text))
    article = message.html.partition("<h1>")[2].partition('class="foot"')[0]
    assert {word for piece in spoken(article).words for word in re.findall(r"\w+", piece)} <= text


def test_what_a_picture_shows_is_said_in_both_parts_and_on_the_web(client, draft, leeds):
    kept = Picture.keep(clean(GREY), leeds)
    draft.sections.filter(position=1).update(picture=kept, alt="Grey & small squares")
    Newsletter.objects.update(published_at=timezone.now())
    message = emails.message(draft)
    page = spoken(client.get(draft.get_absolute_url()).content.decode())
    assert spoken(message.html).pictures == page.pictures == ["Grey & small squares"]
    assert "[Picture: Grey & small squares]" in message.text


def test_a_mail_says_its_language_and_direction_and_has_nothing_below_16_pixels(rich):
    html = inlined(emails.message(rich).html)
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    article = tree.find(".//*[@role='article']")
    assert (tree.get("lang"), tree.get("dir")) == (article.get("lang"), article.get("dir")) == ("en-GB", "ltr")
    assert article.get("aria-roledescription") == "email"
    assert min(int(size) for size in re.findall(r"font-size: ?(\d+)px", html)) >= 16


def test_it_is_one_column_with_language_preheader_and_no_foreign_address(draft):
    html = emails.message(draft).html
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert tree.get("lang") == "en-GB"
    assert tree.find(".//title").text == draft.subject
    assert "Free training, two calls, four dates" in html
    assert not tree.findall(".//table")
    assert not tree.findall(".//img")
    assert len(tree.findall(".//h1")) == 1


def test_it_says_why_where_and_how_to_leave(draft, readers, dee, mail_of):
    draft.test(by=dee)
    mail = mail_of(draft.send(version=draft.version, by=dee), readers[0])
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Invented:")  # the tests run as the demo
    assert "Dear Person 0," in text
    assert "You get this at person0@leedscep.example.org because you joined the mailing list of LeedsCEP" in text
    assert "http://localhost:8000/partnerships/leedscep/newsletters/12/" in text
    assert re.search(r"Leave the list in one press:\nhttp://localhost:8000/u/[\w-]+/", text)
    assert "1 Example Street" in text
    assert "</p>" not in text
    assert "&amp;" not in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Archived-At"] == "<http://localhost:8000/partnerships/leedscep/newsletters/12/>"


def test_a_reader_named_like_a_placeholder_stays_as_named(draft, dee, leeds, mail_of):
    odd = factories.member("odd@example.org", "{{ unsubscribe_url }} <b>&")
    factories.membership(odd, leeds)
    mail = mail_of(draft.send(version=draft.version, by=dee), odd)
    assert "Dear {{ unsubscribe_url }} <b>&," in mail.get_body(("plain",)).get_content()
    assert "Dear {{ unsubscribe_url }} &lt;b&gt;&amp;," in mail.get_body(("html",)).get_content()


def test_each_reader_gets_their_own_links(draft, dee, readers, mail_of):
    mailing = draft.send(version=draft.version, by=dee)
    links = {re.search(r"/u/[\w-]+/", mail_of(mailing, reader).as_string()).group() for reader in readers}
    assert len(links) == 3


def test_a_preview_shows_no_reader_s_own_link(as_member, dee, draft, readers, screen):
    from trust.tokens import CHOICES

    for width in ("wide", "phone", "text"):
        page = as_member(dee).get(screen("preview", draft), {"as": readers[1].pk, "width": width}).content.decode()
        assert "Person 1" in page
        assert CHOICES.sign(readers[1].pk, draft.partnership_id) not in page
    mail = as_member(dee).get(screen("preview_mail", draft), {"as": readers[1].pk}).content.decode()
    assert "Dear Person 1," in mail
    assert "their-own-link" in mail
    assert CHOICES.sign(readers[1].pk, draft.partnership_id) not in mail


@pytest.mark.parametrize("who", ["0", "999999", "abc", "9" * 40, "-1", "1 OR 1=1"])
def test_a_preview_as_nobody_on_the_list_does_not_exist(as_member, dee, draft, cy, screen, who):
    assert as_member(dee).get(screen("preview", draft), {"as": who}).status_code == 404
    assert as_member(dee).get(screen("preview_mail", draft), {"as": cy.pk}).status_code == 404


def test_the_words_of_the_day_it_leaves_are_those_that_were_checked(draft, dee, readers, mail_of):
    """A mailing that is planned is built when its hour comes; nothing can be edited in between."""
    mailing = draft.send(version=draft.version, by=dee)
    assert "busy" in mail_of(mailing, readers[0]).get_body(("plain",)).get_content()
