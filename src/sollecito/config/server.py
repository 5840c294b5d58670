"""The web server with its embedded worker, in one process."""

from __future__ import annotations

from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

from sollecito.worker.loop import start_embedded

THREADS = 8
GRACE_SECONDS = 10


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn with one process: threads for pages, threads for the worker."""

    def __init__(self, *, address: str, with_worker: bool) -> None:
        self.address = address
        self.with_worker = with_worker
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self.address,
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 0,
            "loglevel": "warning",
            "proc_name": "sollecito",
            "control_socket_disable": True,
        }
        if self.with_worker:
            settings["post_worker_init"] = lambda _worker: start_embedded()
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def serve(*, host: str, port: int, with_worker: bool) -> None:
    """Serve the pages until told to stop."""
    Server(address=f"{host}:{port}", with_worker=with_worker).run()
