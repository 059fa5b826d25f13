"""Who may open the desk's newsletters: Dee, nobody else's manager, no member, no stranger."""

import pytest
from django.test import Client
from django.urls import reverse

from mailings.models import Mailing

READ = ["change", "words", "wordings", "preview", "preview_mail", "who", "test", "check", "history"]
WRITE = ["words", "test", "sending", "undo"]


@pytest.mark.parametrize("name", READ)
def test_dee_reads_and_the_rest_do_not(as_member, client, dee, eve, ben, draft, readers, screen, name):
    address = screen(name, draft)
    assert as_member(dee).get(address).status_code == 200
    stranger = as_member(eve).get(address)
    assert stranger.status_code == 404 or (name == "history" and stranger.status_code == 302)
    assert draft.subject not in stranger.content.decode()
    assert as_member(ben).get(address, follow=True).status_code == 403
    assert client.get(address, follow=True).redirect_chain[0][0].startswith("/admin/login/")


@pytest.mark.parametrize("name", WRITE)
def test_nobody_else_changes_anything(as_member, client, eve, ben, draft, readers, screen, typed, name):
    data = typed(draft, opening="Mine now") | {"when": "now"}
    for reader in (as_member(eve), as_member(ben), client):
        answer = reader.post(screen(name, draft), data)
        assert answer.status_code in (302, 403, 404)
        assert answer.status_code != 302 or "/admin/login/" in answer.url
    draft.refresh_from_db()
    assert draft.version == 1
    assert not Mailing.objects.exists()


def test_a_manager_without_a_second_factor_stays_outside(as_member, dee, draft, screen):
    answer = as_member(dee, second_factor=False).get(screen("words", draft))
    assert answer.status_code == 302


def test_the_list_holds_only_one_s_own(as_member, dee, eve, draft):
    address = reverse("admin:newsletters_newsletter_changelist")
    assert draft.subject in as_member(dee).get(address).content.decode()
    page = as_member(eve).get(address).content.decode()
    assert draft.subject not in page
    assert "Your newsletters will stand here" in page


def test_an_administrator_sees_all_and_whose_they_are(as_member, fay, draft):
    page = as_member(fay).get(reverse("admin:newsletters_newsletter_changelist")).content.decode()
    assert draft.subject in page
    assert "LeedsCEP" in page


def test_the_list_costs_the_same_for_many(as_member, dee, leeds, draft, django_assert_max_num_queries):
    from newsletters.models import Newsletter
    from newsletters.words import Words

    for number in range(30, 60):
        Newsletter.begin(leeds, Words.typed(number=number, half_term=None, subject=f"Issue {number}"), by=dee)
    signed_in = as_member(dee)
    with django_assert_max_num_queries(14):
        signed_in.get(reverse("admin:newsletters_newsletter_changelist"))


@pytest.mark.parametrize("name", WRITE)
def test_a_post_without_its_token_is_refused(dee, draft, screen, as_member, name):
    signed_in = as_member(dee)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    assert strict.post(screen(name, draft), {}).status_code == 403


@pytest.mark.parametrize("nonsense", ["abc", "0", "999999", "1e9", "__", "9" * 40])
def test_nonsense_in_the_address_does_not_exist(as_member, dee, draft, nonsense):
    answer = as_member(dee).get(f"/admin/newsletters/newsletter/{nonsense}/change/")
    assert answer.status_code == 404
    assert as_member(dee).get(f"/admin/newsletters/newsletter/{nonsense}/words/").status_code in (302, 404)


def test_nothing_is_deleted_on_the_desk(as_member, dee, draft):
    answer = as_member(dee).post(f"/admin/newsletters/newsletter/{draft.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    draft.refresh_from_db()
