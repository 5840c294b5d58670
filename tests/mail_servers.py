"""Real mail servers from Debian's packages, for the tests: Dovecot (IMAP) and Postfix (SMTP).

Each runs from a temporary folder with accounts of its own and speaks TLS with a certificate of the
tests' own authority. Dovecot runs as whoever runs the tests; Postfix needs root, as its master
process changes user.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

SERVERS = "/usr/sbin"
MAIL_USER = "nobody"
"""Who owns the mailboxes where the tests run as root: Dovecot refuses to read mail as root."""


@dataclass
class MailServers:
    """Where they answer; ``users`` are address → password."""

    folder: Path
    users: dict[str, str] = field(default_factory=dict)
    imap_port: int = 0
    imaps_port: int = 0
    smtps_port: int = 0
    submission_port: int = 0

    def add_user(self, address: str, password: str) -> None:
        """An account; the servers see it at once."""
        self.users[address] = password
        _write(self.folder / "passwords" / address, f"{address}:{{PLAIN}}{password}::::::\n")
        inbox = self.maildir(address)
        for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
            (inbox / name).mkdir(parents=True, exist_ok=True)
        _give_to_mail_user(self.folder / "mail")

    def maildir(self, address: str) -> Path:
        """Where an account's mail lies; folders begin with a dot."""
        return self.folder / "mail" / address

    def put(self, address: str, raw: bytes, *, folder: str = "") -> None:
        """Lay a message into a mailbox as a delivery does."""
        box = self.maildir(address) / (f".{folder}" if folder else "")
        name = f"{time.time_ns()}.{os.getpid()}.test"
        part = box / "tmp" / name
        part.write_bytes(raw)
        _give_to_mail_user(part)
        part.rename(box / "new" / name)


def is_root() -> bool:
    return os.geteuid() == 0


@contextmanager
def running_dovecot(
    *, certificate: Path, users: Mapping[str, str] | None = None
) -> Iterator[MailServers]:
    """Start Dovecot with ``certificate`` (key and chain in one PEM file); stop it at the end.

    Its folder is not pytest's, which lets nobody else in: the servers' own users must reach it.
    """
    folder = Path(tempfile.mkdtemp(prefix="sollecito-mail-"))
    servers = MailServers(folder, imap_port=free_port(), imaps_port=free_port())
    folder.chmod(0o755)
    for name in ("run", "state", "mail", "passwords"):
        (folder / name).mkdir(exist_ok=True)
    for address, password in (users or {}).items():
        servers.add_user(address, password)
    _write(folder / "dovecot.conf", _dovecot_conf(servers, certificate))
    command = [shutil.which("dovecot", path=_path()) or "dovecot", "-F", "-c"]
    process = subprocess.Popen(
        [*command, folder / "dovecot.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait_for(servers.imap_port, process)
        yield servers
    finally:
        process.terminate()
        process.communicate(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_postfix(
    servers: MailServers, *, certificate: Path, shared: Mapping[str, str] | None = None
) -> Iterator[MailServers]:
    """Start Postfix before a running Dovecot: it asks it for passwords and fills its mailboxes.

    Ports for TLS and STARTTLS; a client must log in and writes under its own address, or under
    those that ``shared`` (address → who) lets it use too. Needs root.
    """
    servers.smtps_port, servers.submission_port = free_port(), free_port()
    folder = servers.folder
    for name in ("postfix", "postfix/conf", "postfix/queue", "postfix/data"):
        (folder / name).mkdir(exist_ok=True)
    owner = pwd.getpwnam("postfix")
    os.chown(folder / "postfix/data", owner.pw_uid, owner.pw_gid)
    _write(folder / "postfix/conf/main.cf", _main_cf(servers, certificate))
    _write(folder / "postfix/conf/master.cf", _master_cf(servers))
    names = {each.rpartition("@")[2] for each in servers.users}
    domains = "".join(f"{each} OK\n" for each in sorted(names))
    _write(folder / "postfix/conf/domains", domains)
    boxes = "".join(f"{each} {each}/\n" for each in servers.users)
    _write(folder / "postfix/conf/boxes", boxes)
    postfix = shutil.which("postfix", path=_path()) or "postfix"
    may_write = {each: each for each in servers.users} | dict(shared or {})
    owners = "".join(f"{each} {who}\n" for each, who in may_write.items())
    _write(folder / "postfix/conf/owners", owners)
    environment = {**os.environ, "MAIL_CONFIG": str(folder / "postfix/conf"), "PATH": _path()}
    subprocess.run([postfix, "start"], env=environment, check=True, capture_output=True)
    try:
        _wait_for(servers.submission_port, None)
        yield servers
    finally:
        subprocess.run([postfix, "stop"], env=environment, check=False, capture_output=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{SERVERS}"


def _mail_owner() -> tuple[int, int]:
    if not is_root():
        return os.getuid(), os.getgid()
    owner = pwd.getpwnam(MAIL_USER)
    return owner.pw_uid, owner.pw_gid


def _give_to_mail_user(path: Path) -> None:
    uid, gid = _mail_owner()
    for each in [path, *path.rglob("*")]:
        os.chown(each, uid, gid)


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    path.write_text(dedent(text), encoding="utf-8")
    path.chmod(mode)


def _wait_for(port: int, process: subprocess.Popen[bytes] | None) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            words = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(f"the mail server did not start: {words}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def _dovecot_conf(servers: MailServers, certificate: Path) -> str:
    folder, (uid, gid) = servers.folder, _mail_owner()
    user = pwd.getpwuid(os.getuid()).pw_name
    group = grp.getgrgid(os.getgid()).gr_name
    own = (
        ""
        if is_root()
        else f"""
        default_internal_user = {user}
        default_internal_group = {group}
        default_login_user = {user}
        service imap-login {{
          chroot =
        }}
        service anvil {{
          chroot =
        }}
        """
    )
    return f"""
        base_dir = {folder}/run
        state_dir = {folder}/state
        log_path = {folder}/dovecot.log
        protocols = imap
        listen = 127.0.0.1
        auth_mechanisms = plain login
        auth_failure_delay = 0
        disable_plaintext_auth = no
        ssl = yes
        ssl_cert = <{certificate}
        ssl_key = <{certificate}
        mail_location = maildir:{folder}/mail/%u
        first_valid_uid = 1
        first_valid_gid = 1
        passdb {{
          driver = passwd-file
          args = scheme=PLAIN username_format=%u {folder}/passwords/%u
        }}
        userdb {{
          driver = static
          args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
        }}
        namespace inbox {{
          inbox = yes
          separator = .
          mailbox Sent {{
            special_use = \\Sent
          }}
        }}
        service imap-login {{
          inet_listener imap {{
            port = {servers.imap_port}
          }}
          inet_listener imaps {{
            port = {servers.imaps_port}
          }}
        }}
        service auth {{
          unix_listener auth-client {{
            mode = 0666
          }}
        }}
        service anvil {{
          unix_listener anvil-auth-penalty {{
            mode = 0
          }}
        }}
        service stats {{
          unix_listener stats-reader {{
            mode = 0600
          }}
        }}
        {own}
        """


def _main_cf(servers: MailServers, certificate: Path) -> str:
    folder, (uid, gid) = servers.folder, _mail_owner()
    conf = folder / "postfix/conf"
    return f"""
        compatibility_level = 3.6
        queue_directory = {folder}/postfix/queue
        data_directory = {folder}/postfix/data
        mail_owner = postfix
        myhostname = mail.example.test
        mydestination =
        inet_interfaces = loopback-only
        inet_protocols = ipv4
        maillog_file = {folder}/postfix.log
        maillog_file_prefixes = {folder}
        virtual_mailbox_domains = texthash:{conf}/domains
        virtual_mailbox_maps = texthash:{conf}/boxes
        virtual_mailbox_base = {folder}/mail
        virtual_minimum_uid = 1
        virtual_uid_maps = static:{uid}
        virtual_gid_maps = static:{gid}
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = {folder}/run/auth-client
        smtpd_tls_cert_file = {certificate}
        smtpd_tls_key_file = {certificate}
        smtpd_relay_restrictions = permit_sasl_authenticated, reject
        smtpd_recipient_restrictions = permit_sasl_authenticated, reject
        smtpd_client_restrictions =
        smtpd_sender_restrictions = reject_sender_login_mismatch
        smtpd_sender_login_maps = texthash:{conf}/owners
        default_transport = error:5.1.2 nothing leaves this machine
        message_size_limit = 30000000
        recipient_delimiter = +
        bounce_queue_lifetime = 1h
        """


def _master_cf(servers: MailServers) -> str:
    smtpd = "inet n - n - - smtpd"
    lines = [
        f"127.0.0.1:{servers.submission_port} {smtpd} -o smtpd_tls_security_level=encrypt",
        f"127.0.0.1:{servers.smtps_port} {smtpd} -o smtpd_tls_wrappermode=yes",
        "pickup unix n - n 60 1 pickup",
        "qmgr unix n - n 300 1 qmgr",
        "cleanup unix n - n - 0 cleanup",
        *(f"{name} unix - - n - 0 bounce" for name in ("bounce", "defer", "trace")),
        "rewrite unix - - n - - trivial-rewrite",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        "flush unix n - n 1000? 0 flush",
        "postlog unix-dgram n - n - 1 postlogd",
        "proxymap unix - - n - - proxymap",
        "anvil unix - - n - 1 anvil",
        "scache unix - - n - 1 scache",
        "virtual unix - n n - - virtual",
        "local unix - n n - - local",
        "smtp unix - - n - - smtp",
        "relay unix - - n - - smtp",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "discard unix - - n - - discard",
        "verify unix - - n - 1 verify",
        "showq unix n - n - - showq",
        "proxywrite unix - - n - 1 proxymap",
    ]
    return "\n".join(lines) + "\n"
