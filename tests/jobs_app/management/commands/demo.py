"""Stands in for the real demo: slow, and done when there is a user."""

import os
import time
from typing import Any

from django.core.management.base import BaseCommand

from core.models import User


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self.stdout.write("demo accounts")
            return
        time.sleep(float(os.environ["PROBE_DEMO_SECONDS"]))
        User.objects.create_user("demo", full_name="Người Xem Thử")
        self.stdout.write("demo loaded")
