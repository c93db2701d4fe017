"""`manage.py serve`: the whole installation in one command."""

import fcntl
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone

from core.jobs import alive
from core.models import Job, User
from core.static_files import collect_if_changed
from core.supervisor import Child, Supervisor

EVERY_ADDRESS = ("0.0.0.0", "::")
WATCH_SECONDS = 5.0
WEB_FIRST_SECONDS = 10.0
"""The others wait this long for the web to answer: on a small machine all at once would delay the log-in page."""
SHARED_MEMORY = Path("/dev/shm")


class Command(BaseCommand):
    help = "Chạy toàn bộ hệ thống: máy chủ web, tiến trình làm việc nền và bộ hẹn giờ. Dừng bằng Ctrl+C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="địa chỉ nhận kết nối (0.0.0.0: mọi máy trong mạng)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--web-workers", type=int, default=2, help="số tiến trình web")
        parser.add_argument("--demo", action="store_true", help="nạp dữ liệu mẫu nếu cơ sở dữ liệu còn trống")

    def handle(self, *args: Any, **options: Any) -> None:
        self._host, self._port = options["host"], options["port"]
        self._web_answers, self._looked_at = False, 0.0
        with self._only_one():
            self._refuse_a_port_in_use()
            self._prepare()
            web = Child("web", self._web_command(options["web_workers"]))
            self._others = self._background_children()
            if options["demo"]:
                self._others.append(self._demo_accounts() if User.objects.exists() else self._demo())
            for child in self._others:
                child.due_at = time.monotonic() + WEB_FIRST_SECONDS
            connections.close_all()
            Supervisor([web, *self._others], settings.BASE_DIR, self._watch).run()
        self._say("Đã dừng.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    # --- before anything starts -------------------------------------------------------------------------

    def _only_one(self) -> TextIO:
        """A lock on the data folder, held until the file is closed or this process ends."""
        file = (settings.RUN_DIR / "serve.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise CommandError(
                f"Hệ thống đang chạy với thư mục dữ liệu {settings.DATA_DIR}. "
                "Hãy dừng nó trước, hoặc đặt DATA_DIR sang thư mục khác."
            ) from None
        return file

    def _refuse_a_port_in_use(self) -> None:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self._host, self._port))
            except OSError as error:
                raise CommandError(
                    f"Không mở được {self._host}:{self._port} ({error.strerror}). "
                    "Hãy chọn cổng khác, ví dụ: serve --port 8080."
                ) from None

    def _prepare(self) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            raise CommandError(f"Không dùng được cơ sở dữ liệu. Hãy kiểm tra DATABASE_URL.\n{error}") from None
        collect_if_changed()

    # --- what runs --------------------------------------------------------------------------------------

    def _web_command(self, workers: int) -> list[str]:
        module, _, attribute = settings.WSGI_APPLICATION.rpartition(".")
        bind = f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"
        command = [sys.executable, "-m", "gunicorn", f"{module}:{attribute}", "--bind", bind, "--preload"]
        command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", "4"]
        command += ["--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]
        if SHARED_MEMORY.is_dir():
            command += ["--worker-tmp-dir", str(SHARED_MEMORY)]  # the workers' pulse must not wait for a slow disk
        return command

    def _background_children(self) -> list[Child]:
        # Containers often run as root; Celery's long warning about it would bury the address to open.
        hush = ["-W", "ignore:You're running the worker with superuser privileges"]
        celery = [sys.executable, *hush, "-m", "celery", "-A", "config", "--quiet"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
        # An empty pidfile: after kill -9 a stale one would keep beat from starting.
        beat = [*celery, "beat", "--pidfile=", "--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME]
        self._worker = Child(
            "làm việc nền",
            [*celery, "worker", "--concurrency", "1", *quiet],
            orphaned=signal.SIGKILL,
            on_start=alive.mark,
        )
        return [self._worker, Child("hẹn giờ", [*beat, "--loglevel", "WARNING"])]

    def _demo(self) -> Child:
        def tell(code: int) -> None:
            if code:
                self._say("Chưa nạp được dữ liệu mẫu; hệ thống vẫn chạy. Xem lỗi ở trên, rồi chạy: manage.py demo")

        self._say("Cơ sở dữ liệu còn trống: đang nạp dữ liệu mẫu, trang đăng nhập dùng được ngay.")
        return Child("dữ liệu mẫu", self._demo_command(), once=True, orphaned=signal.SIGKILL, on_end=tell)

    def _demo_accounts(self) -> Child:
        """Tells the demo's log-ins once more; where the data are somebody's own, it says nothing."""
        return Child("tài khoản mẫu", self._demo_command("--accounts"), once=True, orphaned=signal.SIGKILL)

    def _demo_command(self, *options: str) -> list[str]:
        return [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo", *options]

    # --- while it runs ----------------------------------------------------------------------------------

    def _watch(self) -> None:
        if not self._web_answers:
            self._announce()
        if time.monotonic() - self._looked_at >= WATCH_SECONDS:
            self._looked_at = time.monotonic()
            self._restart_a_hung_worker()

    def _announce(self) -> None:
        local = "127.0.0.1" if self._host in EVERY_ADDRESS else self._host
        connection = HTTPConnection(local, self._port, timeout=1)
        try:
            # Any answer will do, also a refusal of this host name (ALLOWED_HOSTS).
            connection.request("GET", reverse("healthz"))
            connection.getresponse()
        except (OSError, HTTPException):
            return
        finally:
            connection.close()
        address = f"http://[{local}]:{self._port}/" if ":" in local else f"http://{local}:{self._port}/"
        self._web_answers = True
        for child in self._others:
            if not child.started_at:
                child.due_at = time.monotonic()
        self._say(f"\nTạo Nguồn đang chạy. Mở trình duyệt tại: {address}")
        if self._host in EVERY_ADDRESS:
            self._say(f"Từ máy khác: http://<địa chỉ máy này>:{self._port}/ (ghi địa chỉ đó vào ALLOWED_HOSTS).")
        self._say("Dừng: nhấn Ctrl+C.\n")

    def _restart_a_hung_worker(self) -> None:
        """A worker that lives but neither sweeps nor works, while jobs wait, is started afresh."""
        age = alive.age()
        if age is None or age <= alive.limit() or not self._worker.running:
            return
        try:
            waiting = Job.objects.filter(state=Job.State.QUEUED, not_before__lte=timezone.now()).exists()
        except DatabaseError:
            return
        finally:
            connections.close_all()
        if waiting:
            self._say("Tiến trình làm việc nền không còn phản hồi; khởi động lại.")
            self._worker.kill_group()
