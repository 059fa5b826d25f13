import pytest
from datetime import timedelta
from mailings.models import Mailing, Delivery
from mailings.message import Blank
from tests.mailings.kinds import NEWS
from tests import factories

pytestmark = pytest.mark.django_db


def test_x(leeds, ada, ben, settings):
    m = Mailing.schedule(NEWS, key="n1", partnership=leeds, subject="News", by=ada)
    assert m.state == "scheduled"
    assert Mailing.schedule(NEWS, key="n1", partnership=leeds, subject="News", by=ada) == m
    Mailing.objects.update(state="preparing")
    m.prepare()
    assert m.state == "sending", m.reason
    print(m.account())
    print(Blank(m.rendition.body).fill(m.deliveries.first()).decode())
