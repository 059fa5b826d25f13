"""Home: one field, and the sentence that answers it, on the real directory."""

import pytest

from partnerships.answers import answer, in_a_sentence, joined
from partnerships.directory import Directory
from partnerships.models import Partnership
from partnerships.seeding import seed
from tests import factories


@pytest.fixture
def directory(db):
    seed()
    return Directory()


def said(typed, directory):
    return answer(typed, directory).sentence


SENTENCES = {
    "Hackney": "Hackney is covered by the East London Cultural Education Alliance, with six other boroughs. "
    "Nothing of Hackney's own is listed here.",
    "Havering": "Havering has a partnership of its own, FUSE, and also belongs to the East London Cultural Education "
    "Alliance, with six other boroughs.",
    "Barnet": "Barnet is covered by Barnet & Culture for Youth.",
    "Armley": "Armley is part of Leeds, which is covered by Leeds33.",
    "Bromley": "No partnership is listed here for Bromley yet.",
    "Great Yarmouth": "Great Yarmouth is covered by the Great Yarmouth Cultural Education Partnership.",
    "ELCEA": "The East London Cultural Education Alliance covers Barking and Dagenham, Hackney, Havering, Newham, "
    "Redbridge, Tower Hamlets and Waltham Forest.",
}
HACKNEY = [" HACKNEY ", "London Borough of Hackney", "Hackney Council", "Hakney", "Hackeny", "Háckney", "in Hackney"]
PARTS = {"Kensington": "kensington-and-chelsea", "walthamforest": "waltham-forest", "Leeds City Council": "leeds"}


def test_a_place_is_answered_in_a_sentence(directory):
    assert {typed: said(typed, directory) for typed in SENTENCES} == SENTENCES


def test_a_place_is_known_however_it_is_typed(directory):
    assert {typed: answer(typed, directory).place.slug for typed in HACKNEY} == dict.fromkeys(HACKNEY, "hackney")


def test_a_part_of_a_name_is_enough(directory):
    assert {typed: answer(typed, directory).place.slug for typed in PARTS} == PARTS


def test_what_we_do_not_know_is_asked_back(directory):
    for typed in ["E8", "e8 4qn", "LS1 3AB", "Dalston", "zzz", "?", "🎭"]:
        found = answer(typed, directory)
        assert found.asks_council and found.sentence == "We search by council. Which council is it?", typed


def test_one_name_for_several_places_is_asked_back_with_the_choices(directory):
    found = answer("Morley", directory)
    assert [place.name for place in found.choices] == ["Morley North", "Morley South"]


def test_a_region_asks_which_borough(directory):
    found = answer("London", directory)
    assert found.region.slug == "london" and "Which borough is it?" in found.sentence


def test_over_and_hidden_partnerships_cover_nothing(directory):
    Partnership.objects.filter(slug="barnet-and-culture-for-youth").update(status="ended")
    assert said("Barnet", Directory()) == "No partnership is listed here for Barnet yet."
    Partnership.objects.filter(slug="camden-spark").update(status="hidden")
    assert said("Camden", Directory()) == "No partnership is listed here for Camden yet."
    assert answer("Camden Spark", Directory()).partnerships == []


def test_two_partnerships_of_ones_own_are_both_named(directory):
    camden = Partnership.objects.get(slug="camden-spark").places.get()
    factories.PartnershipFactory(name="Camden Second", region=camden.region, places=[camden])
    assert said("Camden", Directory()) == "Camden is covered by Camden Second and Camden Spark."


def test_the_page_answers_under_its_one_field(directory, client):
    page = client.get("/", {"where": "Hackney"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Hackney is covered by the East London Cultural Education Alliance" in text
    assert 'value="Hackney"' in text and "creativeschools.london" in text and "Last confirmed" in text
    assert text.count("<input") == 1


def test_a_postcode_is_led_to_the_council_finder(directory, client):
    assert "https://www.gov.uk/find-local-council" in client.get("/", {"where": "E8"}).content.decode()


def test_an_empty_field_answers_nothing(directory, client):
    assert 'id="answer"' not in client.get("/", {"where": " "}).content.decode()


def test_before_the_answer_few_words_stand(directory, client):
    """Journey 1: at most 60 words between the header and the answer."""
    from html.parser import HTMLParser

    class Words(HTMLParser):
        inside, words, done = False, 0, False

        def handle_starttag(self, tag, attrs):
            self.inside = self.inside or tag == "main"
            self.done = self.done or dict(attrs).get("id") == "answer"

        def handle_data(self, data):
            if self.inside and not self.done:
                self.words += len(data.split())

    reader = Words()
    reader.feed(client.get("/", {"where": "Hackney"}).content.decode())
    assert reader.done and reader.words <= 60


def test_names_stand_in_a_sentence_as_people_say_them():
    assert in_a_sentence(Partnership(name="Hammersmith and Fulham LCEP")) == "the Hammersmith and Fulham LCEP"
    assert in_a_sentence(Partnership(name="Camden Spark")) == "Camden Spark"
    assert joined(["A"]) == "A" and joined(["A", "B"]) == "A and B" and joined(["A", "B", "C"]) == "A, B and C"
