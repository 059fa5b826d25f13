"""What a domain must say for our mail to arrive, the letter that asks for it, and the way back when it breaks."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from lcep.letters import SERVICE, Kind, Letter
from mailings import mail_domains, panels
from mailings.mail_domains import Away, Check, look, look_at_all
from mailings.management.commands import check_mail_domain
from mailings.models import MailDomain
from trust.models import Entry

NOTE = Kind("test domain", "A test", SERVICE, timedelta(days=1))
pytestmark = pytest.mark.django_db

GOOD = {
    ("leedscep.example.org", "TXT"): ["something=else", "v=spf1 include:_spf.provider.example ~all"],
    ("_spf.provider.example", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
    ("leedscep.example.org", "MX"): ["10 mail.example.org."],
    ("lcep._domainkey.leedscep.example.org", "TXT"): ["v=DKIM1; k=rsa; p=MIIB"],
    ("_dmarc.leedscep.example.org", "TXT"): ["v=DMARC1; p=none"],
}
CHAIN = {(f"{number}.example", "TXT"): [f"v=spf1 include:{number + 1}.example ~all"] for number in range(20)}


def answering(records):
    return lambda name, kind: records.get((name, kind), [])


def away(name, kind):
    raise Away(name)


@pytest.fixture
def own(leeds):
    return MailDomain.objects.create(partnership=leeds, domain="leedscep.example.org")


@pytest.fixture
def sites(db):
    return MailDomain.objects.create(domain="leedscep.example.org")


def sentences(domain, records) -> str:
    return "\n".join(finding.sentence for finding in Check(domain, answering(records)).findings())


def test_a_domain_that_says_all_there_is_to_say_has_no_finding(own):
    assert Check(own, answering(GOOD)).findings() == []
    own.partnership = None
    assert Check(own, answering(GOOD)).findings() == []


MISSING = [
    ({("lcep._domainkey.leedscep.example.org", "TXT"): []}, "no key under lcep._domainkey"),
    ({("lcep._domainkey.leedscep.example.org", "TXT"): ["v=DKIM1; p="]}, "was withdrawn"),
    ({("_dmarc.leedscep.example.org", "TXT"): []}, "no DMARC record"),
    ({("_dmarc.leedscep.example.org", "TXT"): ["v=DMARC1; p=none"] * 2}, "2 DMARC records"),
    ({("leedscep.example.org", "TXT"): ["something=else"]}, "no SPF record"),
    ({("leedscep.example.org", "TXT"): ["v=spf1 a -all", "v=spf1 mx -all"]}, "2 SPF records"),
    ({("leedscep.example.org", "TXT"): ["v=spf1 +all"]}, "lets everybody send"),
    ({("leedscep.example.org", "TXT"): ["v=spf1 include:0.example ~all"], **CHAIN}, "more than 10 others"),
    ({("leedscep.example.org", "MX"): []}, "takes no mail"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), MISSING, ids=[words for _, words in MISSING])
def test_what_is_missing_is_said(sites, changes, words):
    assert words in sentences(sites, GOOD | changes)


def test_a_partnership_needs_no_spf_of_its_own_for_the_return_path_is_ours(own):
    assert sentences(own, GOOD | {("leedscep.example.org", "TXT"): [], ("leedscep.example.org", "MX"): []}) == ""


def test_another_key_than_ours_is_said(own):
    own.dkim_record = "v=DKIM1; k=rsa; p=ANOTHER"
    assert "not the one our mail is signed with" in sentences(own, GOOD)


def test_mail_is_sent_as_the_own_domain_only_while_that_says_so(own, leeds, newsletter, relay, send, ada):
    def sender_of_next(key: str) -> str:
        newsletter(key=key)
        send()
        return str(relay.taken[-1].message["From"])

    assert sender_of_next("one") == "LeedsCEP <leedscep@localhost>"
    look(own, answering(GOOD))
    assert sender_of_next("two") == "LeedsCEP <hello@leedscep.example.org>"
    Letter(
        Kind("test domain", "A test", SERVICE, timedelta(days=1)), "x@example.org", "S", "T", partnership=leeds
    ).send()
    send()
    assert "hello@leedscep.example.org" in str(relay.taken[-1].message["From"])
    look(own, answering({}))
    assert sender_of_next("three") == "LeedsCEP <leedscep@localhost>"
    look(own, answering(GOOD))
    assert sender_of_next("four") == "LeedsCEP <hello@leedscep.example.org>"
    verbs = list(Entry.objects.filter(verb__contains="sending as").values_list("verb", flat=True))
    assert verbs == ["stopped sending as leedscep.example.org"]


def test_a_resolver_that_does_not_answer_changes_nothing(own):
    look(own, answering(GOOD))
    look_at_all(away)
    own.refresh_from_db()
    assert own.is_used


def test_the_manager_is_told_once_it_broke_and_another_is_not(own, dee, eve, rf):
    look(own, answering(GOOD))
    look_at_all(answering({}))
    requests = {member: rf.get("/admin/") for member in (dee, eve)}
    for member, request in requests.items():
        request.user = member
    (need,) = [need for need in panels.needs(requests[dee]) if "in its name" in need.sentence]
    assert "yours is sent from leedscep@localhost instead" in need.sentence
    assert not [need for need in panels.needs(requests[eve]) if "in its name" in need.sentence]


def test_the_command_prints_the_letter(leeds, monkeypatch, capsys):
    monkeypatch.setattr(check_mail_domain.Command, "resolver", staticmethod(answering(GOOD)))
    with pytest.raises(CommandError, match="--domain"):
        call_command("check_mail_domain", "leedscep")
    call_command("check_mail_domain", "leedscep", "--domain=leedscep.example.org", "--record=v=DKIM1; p=MIIB")
    said = capsys.readouterr().out
    assert "To whoever looks after your domain" in said
    assert "lcep._domainkey.leedscep.example.org" in said and "v=DKIM1; p=MIIB" in said
    assert said.endswith("All is well.\n")
    call_command("check_mail_domain")
    assert "3 to mend before mail is sent as localhost" in capsys.readouterr().out
    monkeypatch.setattr(check_mail_domain.Command, "resolver", staticmethod(away))
    with pytest.raises(CommandError, match="Nothing has changed"):
        call_command("check_mail_domain", "leedscep")
    with pytest.raises(CommandError, match="no partnership"):
        call_command("check_mail_domain", "nowhere")


def test_the_real_resolver_says_that_nobody_answered(monkeypatch):
    import dns.resolver

    def no_answer(*args, **kwargs):
        raise dns.resolver.LifetimeTimeout(timeout=1, errors=[])

    monkeypatch.setattr(mail_domains.dns.resolver, "resolve", no_answer)
    with pytest.raises(Away):
        mail_domains.resolve("example.org", "TXT")
