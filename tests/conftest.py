"""The cast: Ada leads a pod, Ben belongs to it, Cy is outside, Dee manages the partnership, Eve manages another."""

import pytest
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client

from members.models import Administration
from partnerships.models import Stewardship
from pods.models import Appointment
from tests import factories
from trust import ledgers

pytest_plugins = ["tests.things", "tests.servers.kept"]


@pytest.fixture(autouse=True)
def outbox_backend(settings):
    """Django's test set-up swaps the e-mail backend for its own; put the outbox back."""
    settings.EMAIL_BACKEND = "mailings.outbox.EmailBackend"


@pytest.fixture(autouse=True)
def fresh_cache():
    """Rate limits of one test are not those of the next."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def emptied_with_its_ledger():
    """Between tests a SQLite database is emptied row by row, which ledgers refuse: lift them for that."""
    empty = DatabaseWrapper.ops_class.execute_sql_flush

    def emptied(operations, statements):
        for ledger in ledgers.KEPT:
            ledger.unguard(operations.connection)
        empty(operations, statements)
        for ledger in ledgers.KEPT:
            ledger.guard(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseWrapper.ops_class, "execute_sql_flush", emptied)
        yield


@pytest.fixture
def leeds(db):
    """LeedsCEP, at home here because Dee manages it."""
    return factories.PartnershipFactory(slug="leedscep", name="LeedsCEP", mailbox="hello@leedscep.example.org")


@pytest.fixture
def elsewhere(db):
    """Another partnership at home here: Eve's."""
    return factories.PartnershipFactory(slug="northvale", name="Northvale CEP")


@pytest.fixture
def listed(db):
    """A partnership that is only listed."""
    return factories.PartnershipFactory(slug="hackney", name="Hackney Partnership")


@pytest.fixture
def pod(leeds):
    return factories.GroupFactory(partnership=leeds, name="Youth Voice", slug="youth-voice")


@pytest.fixture
def ada(leeds, pod):
    """Leads the pod."""
    ada = factories.member("ada@example.org", "Ada")
    factories.membership(ada, leeds)
    pod.join(ada)
    Appointment.appoint(ada, pod, Appointment.Role.LEAD)
    return ada


@pytest.fixture
def ben(leeds, pod):
    """Belongs to the pod."""
    ben = factories.member("ben@example.org", "Ben")
    factories.membership(ben, leeds)
    pod.join(ben)
    return ben


@pytest.fixture
def cy(elsewhere):
    """A member of the other partnership: outside."""
    cy = factories.member("cy@example.org", "Cy")
    factories.membership(cy, elsewhere)
    return cy


@pytest.fixture
def dee(leeds):
    """Manages LeedsCEP."""
    dee = factories.member("dee@example.org", "Dee")
    factories.membership(dee, leeds)
    Stewardship.appoint(dee, leeds)
    return dee


@pytest.fixture
def eve(elsewhere):
    """Manages the other partnership."""
    eve = factories.member("eve@example.org", "Eve")
    factories.membership(eve, elsewhere)
    Stewardship.appoint(eve, elsewhere)
    return eve


@pytest.fixture
def fay(db):
    """Keeps the site running: an administrator."""
    fay = factories.member("fay@example.org", "Fay")
    Administration.appoint(fay)
    return fay


@pytest.fixture
def london(db):
    """A region whose supporter's officer keeps its listed entries: Gwen."""
    return factories.RegionFactory(slug="london", name="London")


@pytest.fixture
def officer(london):
    """Gwen, the supporter's officer for London."""
    gwen = factories.member("gwen@example.org", "Gwen")
    Stewardship.appoint(gwen, london)
    return gwen


@pytest.fixture
def as_member(db):
    """Return a client signed in as a member; managers have shown their second factor."""

    def sign_in(member, *, second_factor: bool = True) -> Client:
        client = Client()
        client.force_login(member)
        if second_factor and member.is_staff:
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
            session["account_authentication_methods_user"] = str(member.pk)
            session.save()
        return client

    return sign_in
