"""The files of this project, as its tests look at them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".git", ".venv", ".ruff_cache", ".hypothesis", ".pytest_cache", "__pycache__", "data"}


@cache
def files() -> tuple[Path, ...]:
    """Files under version control and new ones beside them; without git, all files of the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def text_files() -> dict[str, str]:
    """Name relative to the project → text, of every file that is text in UTF-8."""
    texts = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        try:
            texts[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return texts
