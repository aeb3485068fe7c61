"""Where a form leads: to a page of this site, whatever `suite=` says."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web import going
from app.web.headers import Surroundings
from tests.web.asking import ask

pytestmark = pytest.mark.anyio
HERE = "https://monprodubienetre.example"
LOCAL = [
    "/mon-compte",
    "/mon-compte/preuves?page=2",
    "/praticiens?q=yoga&lieu=commune-69123",
    "/praticiens?q=%C3%A9nergie%20douce",
    "/praticiens/camille-martin-1",
    "/praticiens?q=https://exemple.example/",
    "/",
]
ELSEWHERE = [
    "",
    "mon-compte",
    "?q=1",
    "#x",
    "https:",
    "https:/evil.example",
    "https://evil.example",
    "HTTPS://evil.example/mon-compte",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nlocation: https://evil.example",
    "/%0d%0aset-cookie:%20a=b",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/%2Fevil.example",
    "/%2F%2Fevil.example",
    "/%252f%252fevil.example",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/%255cevil.example",
    "/x/..//evil.example",
    "/./../evil.example/../..//x",
    "/%2e%2e//evil.example",
    "/.//evil.example",
    " /mon-compte",
    "\u00a0//evil.example",
    "\u2028//evil.example",
    "/\u2215/evil.example",
    "/\uff0fevil.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "/mon-compte\x00",
    "/%00",
    "@evil.example",
    "http:evil.example",
    "/mon-compte#x",
    "/" + "a" * 5_000,
]


@pytest.mark.parametrize("url", LOCAL)
def test_a_page_of_this_site_is_kept(url: str) -> None:
    assert going.local(url) == url


@pytest.mark.parametrize("url", ELSEWHERE, ids=ascii)
def test_anything_else_leads_to_the_account(url: str) -> None:
    assert going.local(url) == "/mon-compte"


@given(st.text(alphabet="/\\%25cf.:?@ \t\nhtps0é#e", max_size=14).map(lambda text: "/" + text))
def test_what_is_kept_stays_on_this_site_however_a_browser_reads_it(url: str) -> None:
    kept = going.local(url)
    # What the URL standard has browsers do before they read an address.
    cleaned = kept.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    assert urlsplit(urljoin(HERE, cleaned)).netloc == urlsplit(HERE).netloc


@given(st.text(max_size=40))
def test_a_return_address_survives_the_way(text: str) -> None:
    back = "/praticiens?q=" + quote(text)
    went = urlsplit(going.with_return("/connexion", back))
    assert went.path == "/connexion"
    assert went.query.startswith("suite=/praticiens%3Fq%3D")


@pytest.mark.parametrize(("path", "method"), [("/mon-compte", "GET"), ("/connexion", "POST")])
@pytest.mark.parametrize("current", ["http://[", "http://[::1", "https://\u2100.example/"])
async def test_a_page_that_is_no_address_leads_nowhere_and_breaks_nothing(
    served: Surroundings, path: str, method: str, current: str
) -> None:
    answer = await ask(
        served,
        path,
        method=method,
        headers={"HX-Request": "true", "HX-Current-URL": current, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status == (204 if method == "GET" else 403)
    assert answer.headers.get("hx-redirect", "/connexion") == "/connexion"
