"""`survey web`: gunicorn with threads, in the settings that this service needs."""

import os
from pathlib import Path
from typing import Any

from flask import Flask, Response
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize
from prometheus_client import multiprocess

from survey.app import THREADS, create_app
from survey.foundation.problems import Problem

WORKERS = 2
SECONDS_TO_FINISH = 30


INVALID = "Invalid request"


class PlainLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own messages, in our log and our form; no access log, it would hold tokens."""

    def warning(self, msg: Any, *args: Any, **more: Any) -> None:
        """Without quoting a broken request, whose path may be a secret."""
        super().warning(INVALID if str(msg).startswith(INVALID) else msg, *args, **more)

    def setup(self, cfg: Any) -> None:
        """Take the place of gunicorn's handlers."""
        self.error_log.propagate = True
        self.access_log.disabled = True


class Web(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told what to do by us and not by its command line."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self.bind = f"{host}:{port}"
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Settings that do not depend on the machine."""
        memory = Path("/dev/shm")  # noqa: S108
        for name, value in {
            "bind": self.bind,
            "workers": self.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": SECONDS_TO_FINISH,
            "keepalive": 5,
            "limit_request_line": 4094,
            "worker_tmp_dir": str(memory) if memory.is_dir() else None,
            "control_socket_disable": True,
            "logger_class": PlainLogger,
            # Nothing in front of us may rename our paths.
            "forwarder_headers": "",
            "child_exit": _forget_metrics,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app, made in each worker."""
        app = create_app()
        for kind in (InvalidChunkSize, ChunkMissingTerminator):
            app.register_error_handler(kind, _broken_body)
        return app


def _broken_body(_error: Exception) -> Response:
    return Problem(400, "Bad Request", "The body ends early or in the wrong place.").response()


def _forget_metrics(_server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)
