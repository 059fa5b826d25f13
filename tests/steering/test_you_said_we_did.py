"""What young people said: an organisation, an age, a number, and never a name."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lcep.site import today
from steering.models import YouthVoice
from steering.plan_words import name_and_age

SAID = {
    "heard_on": f"{today():%-d %B %Y}",
    "organisation": "A club",
    "ages": "12-14",
    "headcount": "11",
    "said": "We would come for food and a lift home.",
    "priority": "",
    "answer_by": f"{today() + timedelta(days=40):%-d %B %Y}",
    "nobody": "on",
}


@pytest.fixture
def writing(leeds):
    return reverse("steering:youth_voice_writing", args=[leeds.slug])


@pytest.fixture
def register(leeds):
    return reverse("steering:youth_voice", args=[leeds.slug])


def test_a_pod_leader_writes_it_down_and_everybody_reads_it(as_member, client, ada, dee, writing, register):
    assert as_member(ada).post(writing, SAID).status_code == 302
    page = client.get(register).content.decode()
    assert "a lift home" in page and "11 young people (12 to 14) through A club" in page and "They hear back by" in page
    assert "Ada" not in page


def test_the_answer_stands_beside_it(as_member, client, ada, dee, leeds, writing, register):
    as_member(ada).post(writing, SAID)
    voice = YouthVoice.objects.get()
    as_member(ada).post(reverse("steering:answering", args=[leeds.slug, voice.pk]), {"answer": "We pay for the bus."})
    page = client.get(register).content.decode()
    assert "We pay for the bus." in page and "Said and done" in page
    voice.refresh_from_db()
    assert voice.answered_on == today() and voice.answered_by == ada


def test_a_handful_is_not_counted_in_public(as_member, client, ada, dee, writing, register):
    as_member(ada).post(writing, SAID | {"headcount": "2"})
    page = client.get(register).content.decode()
    assert "A few young people" in page and "2 young people" not in page


@pytest.mark.parametrize(
    "text",
    [
        "Amira, 14, wants a stage.",
        "Tom (15) said so.",
        "Leah aged 12 asked.",
        "Zoë-Mae, 9. She sings.",
        "It was Jo, 13",
    ],
)
def test_a_name_with_an_age_is_given_back(as_member, ada, dee, writing, text):
    page = as_member(ada).post(writing, SAID | {"said": text}).content.decode()
    assert "looks like a young person" in page and not YouthVoice.objects.exists()


@pytest.mark.parametrize(
    "text", ["In Year 9 nobody asks.", "On 14 May we met.", "May 14 was wet.", "Key Stage 3 is full.", "All 12 agreed."]
)
def test_other_numbers_are_left_alone(text):
    assert name_and_age(text) == ""


def test_it_asks_to_be_read_once_more(as_member, ada, dee, writing):
    said = {key: value for key, value in SAID.items() if key != "nobody"}
    page = as_member(ada).post(writing, said).content.decode()
    assert "is a young person named?" in page and not YouthVoice.objects.exists()


def test_a_day_to_come_is_no_day_on_which_they_spoke(as_member, ada, dee, writing):
    later = f"{today() + timedelta(days=3):%-d %B %Y}"
    assert "still to come" in as_member(ada).post(writing, SAID | {"heard_on": later}).content.decode()


def test_members_who_lead_nothing_and_strangers_write_nothing(as_member, ben, eve, dee, writing):
    for member in (ben, eve):
        assert as_member(member).post(writing, SAID).status_code == 404
    assert not YouthVoice.objects.exists()
