"""One person presses the button on every device they have, spelling their address differently: one member, once on
the list. Threads on a real database.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import wording
from members.models import Consent, JoinRequest, Member, Membership, Purpose, Wording
from trust.addresses import compared
from trust.tokens import CONFIRM, FORM_OPENED

pytestmark = pytest.mark.django_db(transaction=True)
ONE_PERSON = [
    "zoe@bücher.example",
    "ZOE@BÜCHER.EXAMPLE",
    "Zoe@bu\N{COMBINING DIAERESIS}cher.example",  # two letters that look like one
    "zoe@xn--bcher-kva.example",  # as it stands in an envelope
    "\N{FULLWIDTH LATIN SMALL LETTER Z}oe@bücher.example",  # as a Japanese keyboard writes it
    "zoe@Bücher.example.",  # the root of all domains written out
]


def at_once(act) -> list:
    """Call `act(spelling)` for each spelling in a thread of its own at the same moment; return the answers."""
    ready = Barrier(len(ONE_PERSON))

    def one(spelling: str):
        ready.wait()
        try:
            return act(spelling)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(ONE_PERSON)) as threads:
        return list(threads.map(one, ONE_PERSON))


def on_the_list_once(leeds) -> Member:
    """Look for one member, one address to sign in with, one membership and one consent, and return the member."""
    member = Member.objects.get(email__contains="xn--bcher-kva")
    assert EmailAddress.objects.filter(email__contains="bcher").count() == 1
    assert Membership.objects.get(member=member).partnership == leeds
    assert [consent.purpose for consent in Consent.objects.filter(member=member)] == [Purpose.NEWSLETTER]
    return member


def test_the_spellings_are_one_address():
    assert {compared(spelling) for spelling in ONE_PERSON} == {"zoe@xn--bcher-kva.example"}


def test_all_type_their_code_and_there_is_one_member_on_the_list_once(leeds, dee):
    """Each of the open tabs has asked for itself, and holds a code of its own."""
    shown = Wording.of(wording.joining(leeds, False))
    asked = {each: JoinRequest.ask(leeds, each, with_events=False, wording=shown) for each in ONE_PERSON}

    def type_it(spelling: str) -> tuple[int, str]:
        request, code = asked[spelling]
        tab = Client()
        tab.cookies["join"] = request.browser
        answer = tab.post(reverse("members:code", args=[leeds.slug]), {"code": code})
        return answer.status_code, tab.session["_auth_user_id"]

    answers = at_once(type_it)

    member = on_the_list_once(leeds)
    assert set(answers) == {(302, str(member.pk))}
    assert set(JoinRequest.objects.values_list("member", flat=True)) == {member.pk}


def test_all_ask_and_all_press_the_mailed_link(leeds, dee):
    """The whole way: the form sent in the same moment, then the button behind every link in the same moment."""
    join = reverse("members:join", args=[leeds.slug])
    stamp = FORM_OPENED.sign(int(timezone.now().timestamp()) - 60)
    asked = at_once(lambda spelling: Client().post(join, {"email": spelling, "opened": stamp}).status_code)
    assert set(asked) == {302} and not Member.objects.filter(email__contains="bcher").exists()

    requests = JoinRequest.objects.all()
    assert requests.count() == len(ONE_PERSON) and len(set(requests.values_list("email", flat=True))) == 1
    links = dict(zip(ONE_PERSON, map(_link, requests), strict=True))
    assert set(at_once(lambda spelling: Client().post(links[spelling]).status_code)) == {200}
    on_the_list_once(leeds)


def test_the_same_tab_sends_its_code_many_times(leeds, dee):
    """An impatient finger: as many presses as there are tries, of the same button."""
    request, code = JoinRequest.ask(
        leeds, ONE_PERSON[0], with_events=False, wording=Wording.of(wording.joining(leeds, False))
    )

    def press(_: str) -> int:
        tab = Client()
        tab.cookies["join"] = request.browser
        return tab.post(reverse("members:code", args=[leeds.slug]), {"code": code}).status_code

    assert set(at_once(press)) <= {200, 302}  # the sixth is one try too many, and says so
    on_the_list_once(leeds)


def _link(request: JoinRequest) -> str:
    return reverse("members:confirm", args=[CONFIRM.sign(request.pk)])
