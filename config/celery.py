"""The Celery application. Its settings are the `CELERY_…` ones of `config.settings`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from core import broker
from core.processes import watch_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

broker.install()
app = Celery("taonguon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """A pool process whose worker was killed would go on beside the next worker."""
    watch_parent()
