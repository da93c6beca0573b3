"""Only pages of the server on this machine get in, within limits, and every refusal has one form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from corridor.server.app import guarded_app
from tests.server.conftest import ADDRESS, PORT, SECRET, problems

if TYPE_CHECKING:
    from corridor.server.store import RunStore

SCENARIO = {"toml": 'title = "A"'}


def test_every_answer_has_its_headers(client):
    for path in ("/", "/api/runs", "/nowhere"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/runs").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001", "[::1]:8000", ""])
def test_another_host_is_refused(client, host):
    answer = client.get("/api/runs", headers={"Host": host})
    assert answer.status_code == 421
    assert problems(answer)


def test_localhost_is_the_same_machine(client):
    assert client.get("/api/runs", headers={"Host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_sites_are_refused(client, headers):
    for answer in (client.get("/api/runs", headers=headers), client.post("/api/check", json=SCENARIO, headers=headers)):
        assert answer.status_code == 403
        assert problems(answer)


def test_a_link_on_another_site_opens_the_page_only(client):
    follows = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=follows).status_code == 200
    assert client.get("/api/runs", headers=follows).status_code == 403


@pytest.mark.parametrize("token", ["", "other", SECRET[:-1], SECRET + "x"])
def test_what_computes_or_changes_needs_the_token(client, token):
    shown = {"X-Corridor-Token": token}
    for path in ("/api/check", "/api/preview", "/api/jobs"):
        answer = client.post(path, json=SCENARIO, headers=shown)
        assert answer.status_code == 403
        assert answer.json()["error"]["kind"] == "token"
    assert client.delete("/api/jobs/1", headers=shown).status_code == 403
    assert client.get("/api/runs", headers=shown).status_code == 200


def test_large_bodies_are_refused(client):
    answer = client.post("/api/check", content=b" " * 2_000_001)
    assert answer.status_code == 413
    assert problems(answer)
    assert client.post("/api/check", content=b"", headers={"Content-Length": "9" * 30}).status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"[" * 51 + b"]" * 51, b'{"toml": ' + b'{"a":' * 60 + b"1" + b"}" * 60 + b"}", b"[" * 100_000],
)
def test_deep_bodies_are_refused(client, body):
    answer = client.post("/api/check", content=body)
    assert answer.status_code == 422
    assert "nest" in problems(answer)[0]["fault"]


def test_brackets_inside_texts_do_not_nest(client):
    answer = client.post("/api/check", json={"toml": 'title = "A"  # ' + "[" * 100})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"{}", b'{"toml": 3}', b'{"toml": NaN}', b'{"toml": "\\ud800"}']
)
def test_a_body_of_another_form_is_refused(client, body):
    answer = client.post("/api/check", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert problems(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("PUT", "/api/runs", 405),
        ("GET", "/api/check", 405),
        ("GET", "/api/runs/small/areas?year=x", 422),
        ("GET", "/api/runs/small/areas?size=1001", 422),
        ("GET", "/api/runs/small/areas?page=0", 422),
        ("GET", "/api/jobs/77", 404),
    ],
)
def test_every_refusal_has_one_form(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert problems(answer)


def test_a_failure_of_the_server_shows_no_traceback(house, client, monkeypatch, caplog):
    def fails() -> list[str]:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(type(house.store), "names", lambda _: fails())
    answer = client.get("/api/runs")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert problems(answer)
    assert "a secret path" in caplog.text


def test_an_answer_that_takes_too_long_is_given_up(house, monkeypatch):
    import time

    def slow(_: RunStore) -> list[str]:
        time.sleep(3.0)
        return []

    monkeypatch.setattr(type(house.store), "names", slow)
    client = TestClient(guarded_app(house, PORT, SECRET, seconds=0.05), base_url=ADDRESS)
    with client:
        begun = time.perf_counter()
        answer = client.get("/api/runs")
        assert time.perf_counter() - begun < 2.0
    assert answer.status_code == 503
    assert answer.json()["error"]["kind"] == "timeout"
