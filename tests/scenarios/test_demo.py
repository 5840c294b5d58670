"""The command ``demo``, as a new user runs it: a process of its own, its pages, its copies."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from sollecito.sample.firm import PASSWORD, PEOPLE

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 120


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env = {**plain, "PYTHONPATH": str(ROOT / "src"), "SOLLECITO_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "sollecito", "demo", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the pages answer."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail("la demo non risponde")


def sign_in(address: str) -> OpenerDirector:
    """A browser's cookies, signed in as the first person of the sample."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    browser.addheaders = [("Referer", address)]
    browser.open(f"{address}/entra/", timeout=30)
    token = next(str(cookie.value) for cookie in jar if cookie.name == "csrftoken")
    fields = {"username": PEOPLE[0].email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    browser.open(f"{address}/entra/", urlencode(fields).encode(), timeout=30)
    return browser


def test_a_copy_opens_in_the_process_that_made_the_sample(demo: str) -> None:
    browser = sign_in(demo)
    page = browser.open(f"{demo}/scadenzario/?tipo=fattura_elettronica", timeout=30).read().decode()
    number = re.findall(r'href="/documenti/(\d+)/"', page)[0]
    try:
        copy = browser.open(f"{demo}/documenti/{number}/pdf/", timeout=20).read()
    except (TimeoutError, URLError):
        pytest.fail("la copia di cortesia non arriva")
    assert copy.startswith(b"%PDF-")
