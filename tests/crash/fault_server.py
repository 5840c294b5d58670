"""An SMTP server that breaks where it is told, and remembers durably what it took.

Runs as threads of the test or as a process of its own::

    python -m tests.crash.fault_server --log FILE [--port P] [--faults JSON] [--seed N]

Every message whose dot arrived is appended to the log as one JSON line and synced before the
reply leaves: after any kill the log says what a recipient would have received.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import os
import random
import re
import socket
import socketserver
import sys
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any, Self

CONNECT, BANNER, EHLO, STARTTLS, AUTH = "connect", "banner", "ehlo", "starttls", "auth"
MAIL, RCPT, DATA, BODY, BEFORE_DOT = "mail", "rcpt", "data", "body", "before_dot"
DOT, LOST_REPLY = "dot", "lost_reply"
PHASES = (CONNECT, BANNER, EHLO, AUTH, MAIL, RCPT, DATA, BODY, BEFORE_DOT, DOT, LOST_REPLY)


class HangUp(Exception):  # noqa: N818  a move of the server, not an error
    """Close the connection now."""


@dataclass
class Fault:
    """What breaks: ``code`` 0 hangs up; ``seconds`` waits first; ``times`` 0 is for ever.

    At ``dot`` the message is not taken; at ``lost_reply`` it is, and what breaks is the answer.
    """

    phase: str
    code: int = 0
    text: str = "told to"
    seconds: float = 0
    times: int = 1
    skip: int = 0
    recipient: str = ""
    chance: float = 1


@dataclass
class Taken:
    """One line of the log."""

    message_id: str
    sender: str
    recipients: list[str]
    sha256: str
    subject: str
    raw: bytes
    outcome: str
    at: float = 0


@dataclass
class FaultServer:
    """The server; ``with FaultServer(log) as server: server.port``."""

    log: Path
    faults: list[Fault] = field(default_factory=list)
    port: int = 0
    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 50000000", "8BITMIME", "SMTPUTF8")
    seed: int = 0
    delay: float = 0
    connections: int = 0
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(self.seed)
        self._file = self.log.open("ab")
        self._server: socketserver.ThreadingTCPServer | None = None
        self.last_dot_at = 0.0

    def __enter__(self) -> Self:
        handler = type("Handler", (Session,), {"server_of_faults": self})

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 64

            def server_bind(self) -> None:
                # A small window: what a server has not read, the client has not yet written.
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                super().server_bind()

            def handle_error(self, *_: Any) -> None:
                """A client that was killed is no error of ours."""

        self._server = Server(("127.0.0.1", self.port), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()
        self._file.close()

    def next_fault(self, phase: str, recipient: str = "") -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.phase != phase or (fault.recipient and fault.recipient != recipient):
                    continue
                if fault.chance < 1 and self._random.random() >= fault.chance:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times:
                    fault.times -= 1
                    if not fault.times:
                        self.faults.remove(fault)
                return fault
        return None

    def keep(self, envelope: Envelope, raw: bytes, outcome: str) -> None:
        headers = message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        line = {
            "message_id": headers["Message-ID"] or "",
            "subject": headers["Subject"] or "",
            "sender": envelope.sender,
            "recipients": envelope.recipients,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "raw": base64.b64encode(raw).decode(),
            "outcome": outcome,
            "at": time.time(),
        }
        with self._lock:
            self.last_dot_at = time.monotonic()
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def taken(self) -> list[Taken]:
        return read_log(self.log)


@dataclass
class Envelope:
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    size: int = 0


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server_of_faults: FaultServer
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.owner = self.server_of_faults
        self.owner.connections += 1
        self.envelope = Envelope()
        with contextlib.suppress(HangUp, OSError):
            if not self.breaks(CONNECT) and not self.breaks(BANNER):
                self.say(220, "fault.test ESMTP")
            while line := self.rfile.readline():
                self.obey(line.decode().rstrip("\r\n"))

    def say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())

    def breaks(self, phase: str, recipient: str = "") -> bool:
        """Do what the next fault of this phase says; whether it answered in our place."""
        fault = self.owner.next_fault(phase, recipient)
        if fault is None:
            return False
        time.sleep(fault.seconds)
        if fault.code:
            self.say(fault.code, fault.text)
            if fault.code == 421:
                raise HangUp
        elif not fault.seconds or fault.text == "hang up":
            raise HangUp
        return bool(fault.code)

    def obey(self, line: str) -> None:
        verb = line[:4].upper()
        self.owner.commands.append(line)
        if verb in {"EHLO", "HELO"}:
            if not self.breaks(EHLO):
                words = ["fault.test", *self.owner.extensions]
                lines = [f"250-{word}\r\n" for word in words[:-1]] + [f"250 {words[-1]}\r\n"]
                self.wfile.write("".join(lines).encode())
        elif verb == "AUTH":
            if not self.breaks(AUTH):
                self.say(235, "2.7.0 welcome")
        elif verb == "MAIL":
            self.mail(line)
        elif verb == "RCPT":
            self.rcpt(line)
        elif verb == "DATA":
            self.data()
        elif verb in {"RSET", "NOOP"}:
            self.envelope = Envelope()
            self.say(250, "2.0.0 Ok")
        elif verb == "QUIT":
            self.say(221, "2.0.0 Bye")
            raise HangUp
        else:
            self.say(502, "5.5.2 Unknown command")

    def mail(self, line: str) -> None:
        self.envelope = Envelope()
        if self.breaks(MAIL):
            return
        self.envelope.sender = line[line.index("<") + 1 : line.index(">")]
        size = re.search(r"SIZE=(\d+)", line)
        self.envelope.size = int(size[1]) if size else 0
        self.say(250, "2.1.0 Ok")

    def rcpt(self, line: str) -> None:
        recipient = line[line.index("<") + 1 : line.index(">")]
        if not self.envelope.sender:
            self.say(503, "5.5.1 MAIL first")
        elif not self.breaks(RCPT, recipient):
            self.envelope.recipients.append(recipient)
            self.say(250, "2.1.5 Ok")

    def data(self) -> None:
        if not self.envelope.recipients:
            self.say(503, "5.5.1 RCPT first")
            return
        if self.breaks(DATA):
            return
        self.say(354, "End with a dot")
        raw = self.body()
        envelope, self.envelope = self.envelope, Envelope()
        if self.owner.delay:
            time.sleep(self.owner.delay)
        if self.breaks(DOT):
            self.owner.keep(envelope, raw, "refused")
            return
        self.owner.keep(envelope, raw, "accepted")
        if not self.breaks(LOST_REPLY):
            self.say(250, f"2.0.0 Ok: queued as {hashlib.sha256(raw).hexdigest()[:10]}")

    def body(self) -> bytes:
        breaking = self.owner.next_fault(BODY)
        at_end = None if breaking else self.owner.next_fault(BEFORE_DOT)
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise HangUp
            line = line[1:] if line.startswith(b".") else line
            lines.append(line)
            size += len(line)
            if breaking and size * 2 > self.envelope.size:
                time.sleep(breaking.seconds)
                raise HangUp
            if at_end and size >= self.envelope.size:
                if at_end.code:
                    self.say(at_end.code, at_end.text)
                raise HangUp
        return b"".join(lines)


def read_log(path: Path) -> list[Taken]:
    """Every message whose dot arrived, in order; a line cut by a kill of the server is left out."""
    taken = []
    for line in path.read_bytes().split(b"\n") if path.exists() else []:
        with contextlib.suppress(ValueError):
            row = json.loads(line)
            taken.append(Taken(**{**row, "raw": base64.b64decode(row["raw"])}))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--faults", default="[]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0)
    asked = parser.parse_args()
    faults = [Fault(**fault) for fault in json.loads(asked.faults)]
    with FaultServer(
        asked.log, faults, port=asked.port, seed=asked.seed, delay=asked.delay
    ) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
