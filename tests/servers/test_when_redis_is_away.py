"""With Redis stopped the pages answer as before and every mail waits in its row; the sweep finds it."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from lcep.celery import app
from mailings.models import Delivery
from mailings.tasks import sweep
from tests.servers.celery import Worker
from tests.servers.redis import Redis
from tests.servers.site import Site
from tests.servers.smtp import Sink
from trust.tokens import FORM_OPENED

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
SECONDS = 5  # for one page; without the short timeouts of the settings an absent broker costs more than six


@pytest.fixture
def redis(tmp_path):
    redis = Redis(tmp_path / "redis")
    yield redis
    redis.stop()


def test_pages_answer_and_the_mail_goes_out_by_the_sweep(redis, leeds, dee, ben, tmp_path):
    with Sink() as sink:
        with Site(tmp_path, REDIS_URL=redis.url, EMAIL_URL=sink.url) as site:
            redis.stop()
            pages = [reverse("partnerships:home"), leeds.get_absolute_url(), reverse("members:join", args=[leeds.slug])]
            for page in pages:
                assert timed(site.get, page)[0] == 200, page
            join = reverse("members:join", args=[leeds.slug])
            opened = FORM_OPENED.sign(int(timezone.now().timestamp()) - 60)
            assert timed(site.post, join, email="new@example.org", opened=opened)[0] == 200
            assert timed(site.get, reverse("account_login"))[0] == 200
            assert timed(site.post, reverse("account_login"), email="ben@example.org")[0] == 200
        assert sorted(Delivery.objects.values_list("address", "state")) == [
            ("ben@example.org", "queued"),
            ("new@example.org", "queued"),
        ]
        assert sink.taken == []

        redis.start()
        with Worker(tmp_path, REDIS_URL=redis.url, EMAIL_URL=sink.url), app.connection_for_write(redis.url) as broker:
            sweep.apply_async(connection=broker)  # as beat does every 30 seconds
            sink.wait_for(2)
    assert sink.recipients() == ["ben@example.org", "new@example.org"]


def timed(ask, *arguments, **fields) -> tuple[int, str]:
    began = time.monotonic()
    answer = ask(*arguments, **fields)
    took = time.monotonic() - began
    assert took < SECONDS, f"{arguments[0]} took {took:.1f} s"
    return answer
