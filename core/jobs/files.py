"""Files that jobs leave behind, below `FILES_DIR/jobs/<public_id>/`."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils.text import get_valid_filename

from core.models import Job

FOLDER = "jobs"

Content = bytes | Callable[[BinaryIO], object]
"""The bytes of a file, or a function that writes them to the open file it is given."""


def folder_of(public_id: UUID) -> Path:
    return settings.FILES_DIR / FOLDER / str(public_id)


def save(path: Path, content: Content) -> None:
    """Write *path* so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def save_result(public_id: UUID, token: int, name: str, content: Content) -> str:
    """Save what one run made; returns the path relative to FILES_DIR. Another run's file has another token."""
    path = folder_of(public_id) / f"{token}-{get_valid_filename(name)}"
    save(path, content)
    return str(path.relative_to(settings.FILES_DIR))


def keep_only(public_id: UUID, result_file: str) -> None:
    """Remove what earlier runs of a job left; *result_file* (relative to FILES_DIR, may be empty) stays."""
    folder = folder_of(public_id)
    if not folder.is_dir():
        return
    if not result_file:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.relative_to(settings.FILES_DIR) != Path(result_file):
            path.unlink(missing_ok=True)


def remove_without_job(older_than: float) -> int:
    """Remove the folders, unchanged for *older_than* seconds, that no job claims any more; returns how many."""
    root = settings.FILES_DIR / FOLDER
    if not root.is_dir():
        return 0
    limit = time.time() - older_than
    old = [path for path in root.iterdir() if path.stat().st_mtime < limit]
    known = {str(public_id) for public_id in Job.objects.values_list("public_id", flat=True)}
    unclaimed = [path for path in old if path.name not in known]
    for path in unclaimed:
        shutil.rmtree(path, ignore_errors=True)
    return len(unclaimed)
