"""The manager sees what the domain lacks, copies a letter, and switches; nobody can borrow somebody else's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mailings import domain_admin
from mailings.mail_domains import Away
from mailings.models import MailDomain
from trust.models import Entry

pytestmark = pytest.mark.django_db
GOOD = {
    ("lcep._domainkey.leedscep.example.org", "TXT"): ["v=DKIM1; k=rsa; p=MIIB"],
    ("_dmarc.leedscep.example.org", "TXT"): ["v=DMARC1; p=none"],
}


@pytest.fixture
def dns(monkeypatch):
    """What the world's resolvers answer; {} is nothing at all."""
    records = {}
    monkeypatch.setattr(domain_admin.mail_domains, "resolve", lambda name, kind: records.get((name, kind), []))
    return records


@pytest.fixture
def own(leeds):
    return MailDomain.objects.create(partnership=leeds, domain="leedscep.example.org")


def at(name: str, domain: MailDomain) -> str:
    return reverse(f"admin:mailings_maildomain_{name}", args=[domain.pk])


def test_a_manager_names_a_domain_and_copies_the_letter(as_member, dee, leeds, dns):
    client = as_member(dee)
    added = client.post(
        reverse("admin:mailings_maildomain_add"),
        {"partnership": leeds.pk, "domain": " LeedsCEP.example.org. ", "local_part": "News"},
    )
    own = MailDomain.objects.get()
    assert added.status_code == 302
    assert (own.domain, own.local_part, own.is_used) == ("leedscep.example.org", "news", False)
    client.post(at("look", own))
    page = client.get(at("change", own)).content.decode()
    assert "There is no key under lcep._domainkey.leedscep.example.org" in page
    assert "To whoever looks after your domain" in page
    assert "v=DMARC1; p=none" in page
    dns.update(GOOD)
    client.post(at("look", own))
    assert "Mail goes out as news@leedscep.example.org" in client.get(at("change", own)).content.decode()


@pytest.mark.parametrize(
    "said", ["hello@leedscep.example.org", "https://leedscep.org", "leeds cep", "localhost", "a..b"]
)
def test_what_is_no_domain_is_said_beside_the_field(as_member, dee, leeds, said):
    fields = {"partnership": leeds.pk, "domain": said, "local_part": "hello"}
    answer = as_member(dee).post(reverse("admin:mailings_maildomain_add"), fields)
    assert "Write the part behind the @ alone" in answer.content.decode()
    assert not MailDomain.objects.exists()


def test_the_key_is_not_for_a_manager_to_choose(as_member, dee, own):
    """With the name of a key that stands there already anybody could send as that domain."""
    fields = {"domain": own.domain, "local_part": "hello", "selector": "google", "dkim_record": "p=MIIB"}
    as_member(dee).post(at("change", own), fields)
    own.refresh_from_db()
    assert (own.selector, own.dkim_record) == ("lcep", "")


def test_another_domain_proves_itself_anew(as_member, dee, own):
    MailDomain.objects.update(good_at=timezone.now(), checked_at=timezone.now())
    as_member(dee).post(at("change", own), {"domain": "other.example.org", "local_part": "hello"})
    own.refresh_from_db()
    assert (own.domain, own.is_used, own.checked_at) == ("other.example.org", False, None)


def test_switching_off_and_on_counts_at_once_and_is_remembered(as_member, dee, own, leeds):
    MailDomain.objects.update(good_at=timezone.now())
    client = as_member(dee)
    for _ in range(2):
        client.post(at("off", own))
    assert MailDomain.address_of(leeds) == ""
    assert "Switched off" in client.get(at("change", own)).content.decode()
    for _ in range(2):
        client.post(at("on", own))
    assert MailDomain.address_of(leeds) == "hello@leedscep.example.org"
    verbs = list(Entry.objects.filter(verb__contains="sending as").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["switched off sending as leedscep.example.org", "switched on sending as leedscep.example.org"]


def test_the_daily_look_does_not_switch_on_what_somebody_switched_off(own, dns):
    dns.update(GOOD)
    MailDomain.objects.update(off_at=timezone.now())
    domain_admin.look(own, domain_admin.mail_domains.resolve)
    assert not own.is_used
    assert own.is_sound


def test_when_nobody_answers_nothing_changes(as_member, dee, own, monkeypatch):
    def away(name, kind):
        raise Away(name)

    monkeypatch.setattr(domain_admin.mail_domains, "resolve", away)
    MailDomain.objects.update(good_at=timezone.now())
    said = as_member(dee).post(at("look", own), follow=True).content.decode()
    assert "Nobody answered" in said
    assert MailDomain.objects.get().is_used


@pytest.mark.parametrize("name", ["look", "off", "on", "change"])
def test_a_domain_of_somebody_else_does_not_exist(as_member, eve, own, name):
    assert as_member(eve).post(at(name, own)).status_code == 404
