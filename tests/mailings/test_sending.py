from datetime import timedelta
from mailings.models import Mailing, Delivery
from django.core.mail import send_mail
from tests.mailings.kinds import NEWS
from tests import factories
import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_newsletter_reaches_everybody_once(relay, send, leeds, states):
    factories.on_the_list(leeds, 30)
    m = Mailing.schedule(NEWS, key="n", partnership=leeds, subject="News", delay=timedelta(0))
    send_mail("Hello", "Text", None, ["someone@example.org"])
    print(send())
    m.refresh_from_db()
    assert m.state == "done", (m.state, m.reason)
    assert len(relay.taken) == 31
    assert not relay.twice()
    assert relay.taken[0].recipient == "someone@example.org"
