"""A gateway of SMS on a real socket: speaks the three dialects, and breaks where it is told to.

What it keeps is what it would have sent: requests that came whole and were taken.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

USER, PASSWORD = "utente@ventofresco.example", "segreto & lungo"
ACCOUNT, TOKEN = "AC0001", "chiave-di-prova"


@dataclass(frozen=True)
class Taken:
    """A text the gateway took."""

    number: str
    text: str
    sender: str
    reference: str
    report_url: str = ""
    id: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Fault:
    """What happens to a text: ``takes`` it or not, then ``status``, ``body``, or no answer."""

    takes: bool = False
    status: int = 0
    body: bytes = b""
    is_silent: bool = False
    is_garbage: bool = False


class GatewayServer:
    """Runs in a thread until closed."""

    def __init__(
        self, faults: Callable[[int], Fault | None] = lambda _n: None, *, delay: float = 0
    ) -> None:
        self.delay = delay
        self.taken: list[Taken] = []
        self.begun = 0
        self.logins = 0
        self.keys_are_stale = False
        self.states: dict[str, str] = {}
        self.faults = faults
        self._lock = threading.Lock()
        gateway = self

        class Handler(_Handler):
            server_of_texts = gateway

        self._http = _Server(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def take(self, text: Taken) -> Taken:
        with self._lock:
            kept = Taken(**{**text.__dict__, "id": f"SM{len(self.taken):06d}"})
            self.taken.append(kept)
            return kept

    def begin(self) -> Fault | None:
        with self._lock:
            self.begun += 1
            return self.faults(self.begun)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that died in the middle is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server_of_texts: GatewayServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""

    def do_GET(self) -> None:
        gateway, path = self.server_of_texts, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        if path.path.endswith("/login"):
            gateway.logins += 1
            if (query.get("username"), query.get("password")) == (USER, PASSWORD):
                gateway.keys_are_stale = False
                return self._say(200, b"CHIAVE;SESSIONE")
            return self._say(404, b"")
        if path.path.endswith("/get"):
            text = Taken(query["to"], query["msg"], query.get("from", ""), query.get("ref", ""))
            return self._serve(text, lambda kept: (200, f"OK {kept.id}".encode()))
        return self._tell(path.path, query)

    def _tell(self, path: str, query: dict[str, str]) -> None:
        if "/REST/sms/" in path:
            self._tell_order(unquote(path.rpartition("/")[2]))
        elif path.endswith("/Messages.json"):
            self._tell_messages(query.get("To", ""))
        elif path.endswith("/stato"):
            self._tell_state(query["ref"])
        else:
            self._say(404, b"nulla qui")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return
        path = urlsplit(self.path).path
        if path.endswith("/REST/sms"):
            self._take_skebby(json.loads(body))
        elif path.endswith("/Messages.json"):
            self._take_twilio({n: v[0] for n, v in parse_qs(body.decode()).items()})
        elif path.endswith("/json"):
            found = json.loads(body)["messages"][0]
            text = Taken(found["to"], found["text"], found.get("from", ""), found.get("ref", ""))
            self._serve(text, _vonage)
        else:
            self._say(404, b"nulla qui")

    def _take_skebby(self, found: dict[str, Any]) -> None:
        keys = (self.headers["user_key"], self.headers["Session_key"])
        has_token = self.headers["Access_token"] == TOKEN
        if self.server_of_texts.keys_are_stale or (
            keys != ("CHIAVE", "SESSIONE") and not has_token
        ):
            return self._say(401, b"")
        text = Taken(found["recipient"][0], found["message"], found["sender"], found["order_id"])
        self._serve(
            text,
            lambda kept: (
                201,
                json.dumps({"result": "OK", "order_id": kept.reference, "total_sent": 1}).encode(),
            ),
        )

    def _take_twilio(self, found: dict[str, str]) -> None:
        scheme, _, box = self.headers["Authorization"].partition(" ")
        if scheme != "Basic" or b64decode(box).decode() != f"{ACCOUNT}:{TOKEN}":
            return self._say(401, b'{"code": 20003, "message": "Authenticate"}')
        sender = found.get("From") or found["MessagingServiceSid"]
        text = Taken(found["To"], found["Body"], sender, "", found.get("StatusCallback", ""))
        self._serve(
            text,
            lambda kept: (201, json.dumps({"sid": kept.id, "status": "queued"}).encode()),
        )

    def _serve(self, text: Taken, answer: Callable[[Taken], tuple[int, bytes]]) -> None:
        fault = self.server_of_texts.begin()
        kept = text
        if fault is None or fault.takes:
            kept = self.server_of_texts.take(text)
        time.sleep(self.server_of_texts.delay)
        if fault is None:
            return self._say(*answer(kept))
        if fault.is_silent:
            self.close_connection = True
            return None
        if fault.is_garbage:
            self.wfile.write(b"\x00\x01 non sono un server HTTP\r\n\r\n")
            return None
        return self._say(fault.status, fault.body)

    def _tell_order(self, reference: str) -> None:
        for text in self.server_of_texts.taken:
            if text.reference == reference:
                state = self.server_of_texts.states.get(reference, "SENT")
                row = {"status": state, "destination": text.number}
                return self._say(200, json.dumps({"recipients": [row]}).encode())
        return self._say(404, b"")

    def _tell_messages(self, number: str) -> None:
        rows = [
            {
                "sid": text.id,
                "to": text.number,
                "body": text.text,
                "status": self.server_of_texts.states.get(text.id, "sent"),
                "date_created": format_datetime(text.at),
            }
            for text in reversed(self.server_of_texts.taken)
            if text.number == number
        ]
        self._say(200, json.dumps({"messages": rows}).encode())

    def _tell_state(self, reference: str) -> None:
        known = [text for text in self.server_of_texts.taken if text.reference == reference]
        state = "consegnato" if known else "ignoto"
        self._say(200, json.dumps({"stato": state, "id": known[0].id if known else ""}).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _vonage(kept: Taken) -> tuple[int, bytes]:
    is_bad = kept.number.endswith("000")
    row = {"status": "6", "error-text": "numero non valido"} if is_bad else {"status": "0"}
    return 200, json.dumps({"messages": [row | {"message-id": kept.id}]}).encode()
