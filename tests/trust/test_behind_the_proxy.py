"""The real proxy keeps what is public and nothing that is somebody's own."""

import gzip
import http.server
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from members.models import Membership
from tests.servers.proxy import Proxy
from tests.servers.site import Site
from trust.models import Cap
from trust.tokens import CHOICES, FORM_OPENED

pytestmark = [pytest.mark.servers, pytest.mark.proxy, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(tmp_path, leeds, ben, dee):
    """A site and its proxy: (site, proxy)."""
    tmp_path.joinpath("site").mkdir()
    with (
        Site(tmp_path / "site", TRUSTED_PROXY_COUNT="1") as site,
        Proxy(os.environ["LCEP_TEST_PROXY"], tmp_path / "proxy", site.port) as proxy,
    ):
        yield site, proxy


def ask(proxy: Proxy, path: str, form: dict[str, str] | None = None, **headers: str):
    """Return (status, headers, body) of a page as a stranger gets it, without following anybody elsewhere."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(
        proxy.url + path, body, {name.replace("_", "-"): said for name, said in headers.items()}
    )
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=120) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def test_a_public_page_comes_from_the_proxy_packed(house):
    _, proxy = house
    first = ask(proxy, "/leeds/", Accept_Encoding="gzip")
    again = ask(proxy, "/leeds/", Accept_Encoding="gzip")
    assert (first[1]["X-Cache"], again[1]["X-Cache"]) == ("MISS", "HIT")
    assert gzip.decompress(again[2]) == gzip.decompress(first[2])
    assert b"<h1" in gzip.decompress(again[2])


@pytest.mark.parametrize("wording", ["gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.8, *;q=0.1", "deflate,gzip"])
def test_every_browser_shares_the_packed_page_however_it_asks(house, wording):
    _, proxy = house
    first = ask(proxy, "/leeds/", Accept_Encoding="gzip")
    again = ask(proxy, "/leeds/", Accept_Encoding=wording)
    assert again[1]["X-Cache"] == "HIT" and again[1]["Content-Encoding"] == "gzip"
    assert again[1]["Vary"] == "Accept-Encoding"
    assert gzip.decompress(again[2]) == gzip.decompress(first[2])


@pytest.mark.parametrize("wording", ["identity", "gzip;q=0, br", "x-gzipped", "gzip; q=0.00"])
def test_who_cannot_unpack_it_gets_it_as_it_is(house, wording):
    _, proxy = house
    packed = ask(proxy, "/leeds/", Accept_Encoding="gzip")
    for cached in ("MISS", "HIT"):
        plain = ask(proxy, "/leeds/", Accept_Encoding=wording)
        assert (plain[1]["X-Cache"], plain[1]["Content-Encoding"]) == (cached, None)
        assert plain[2] == gzip.decompress(packed[2])


@pytest.mark.parametrize(
    ("vary", "kept"),
    [("Accept-Encoding", "HIT"), ("Cookie", "MISS"), ("Accept-Encoding, Cookie", "MISS"), ("*", "MISS")],
)
def test_what_depends_on_more_than_packing_is_not_kept(tmp_path, vary, kept):
    """Whatever else it says: the site never says so of a public page, and an error there must not show here."""

    class Says(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            for name, word in {"Cache-Control": "public, max-age=60", "Vary": vary, "Content-Length": "2"}.items():
                self.send_header(name, word)
            self.end_headers()
            self.wfile.write(b"Hi")

        def log_message(self, *words):
            pass

    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Says) as site,
        Proxy(os.environ["LCEP_TEST_PROXY"], tmp_path / "proxy", site.server_port) as proxy,
    ):
        threading.Thread(target=site.serve_forever, daemon=True).start()
        try:
            answers = [ask(proxy, "/")[1]["X-Cache"] for _ in range(2)]
        finally:
            site.shutdown()
    assert answers == ["MISS", kept]


def test_it_is_shown_while_the_site_is_away(house):
    site, proxy = house
    ask(proxy, "/leeds/")
    site.program.stop()
    status, _, page = ask(proxy, "/leeds/")
    assert status == 200 and b"<h1" in page
    assert ask(proxy, "/me/")[0] == 502


@pytest.mark.parametrize("path", ["/me/", "/admin/", "/u/{token}/", "/partnerships/leedscep/join/", "/accounts/login/"])
def test_what_is_somebodys_own_is_never_kept(house, as_member, dee, path):
    _, proxy = house
    row = Membership.objects.get(member=dee)
    path = path.format(token=CHOICES.sign(row.member_id, row.partnership_id))
    cookie = f"session={as_member(dee).cookies['session'].value}"
    for _ in range(2):
        _, headers, _ = ask(proxy, path, Cookie=cookie)
        assert headers["X-Cache"] != "HIT" and "no-store" in headers["Cache-Control"], path
    for _ in range(2):
        stranger = ask(proxy, path)
        assert stranger[1]["X-Cache"] != "HIT"
        assert b"Dee" not in stranger[2]


def test_a_public_page_says_the_same_to_whoever_is_signed_in(house, as_member, dee):
    _, proxy = house
    mine = ask(proxy, "/partnerships/leedscep/", Cookie=f"session={as_member(dee).cookies['session'].value}")
    strangers = ask(proxy, "/partnerships/leedscep/")
    assert strangers[1]["X-Cache"] == "HIT" and strangers[2] == mine[2]
    assert "Set-Cookie" not in strangers[1]


def test_a_link_that_is_a_key_is_not_written_down(house, ben):
    _, proxy = house
    row = Membership.objects.get(member=ben)
    token = CHOICES.sign(row.member_id, row.partnership_id)
    assert ask(proxy, f"/u/{token}/")[0] == 200
    until = time.monotonic() + 60
    while "/u/" not in proxy.log and time.monotonic() < until:  # it writes once it has answered
        time.sleep(0.05)
    assert "/u/..." in proxy.log and token not in proxy.log


def test_whoever_claims_another_address_is_counted_where_they_are(house):
    """The proxy's word about where somebody is counts, not theirs: each attempt falls under the same cap."""
    _, proxy = house
    opened = FORM_OPENED.sign(int(time.time()) - 60)
    token = "t" * 32
    for number in (1, 2):
        form = {"email": f"new{number}@example.org", "opened": opened, "csrfmiddlewaretoken": token}
        claimed = {"X_Forwarded_For": f"203.0.{number}.9", "Cookie": f"csrf={token}", "Origin": proxy.url}
        assert ask(proxy, "/partnerships/leedscep/join/", form, **claimed)[0] == 302
    assert list(Cap.objects.filter(name="code: network").values_list("count", flat=True)) == [2]
