"""From rule files to the rulebook: inheritance, then what must agree between tables.

A later edition extends an earlier one. Tables merge by id, lists replace, `removed = true` takes a rule out. What an
edition does not restate with its own source drops to unconfirmed, for nobody has shown that it still stands there. The
Charter is no edition that is replaced: it is in force beside all of them, and its rules keep their confidence.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.rulebook.agreement import check_agreement
from pipeline.rulebook.book import Edition, Guidance, Rulebook
from pipeline.rulebook.confidence import Confidence
from pipeline.rulebook.entries import TABLES, Entry
from pipeline.rulebook.schema import RulebookError, entry_of, fault, merge

FOLDER = Path(__file__).resolve().parent.parent / "rulesets"
CHARTER = "charter"
HEAD = {"number": str, "issued": date, "in_force_from": date, "title": str}
HEAD_OPTIONS = {"extends": str, "note": str, "guidances": list}
OWN = ("article", "source", "confidence")
"""What an edition writes anew for each rule that it states."""

Written = dict[str, dict[str, Any]]
"""Rule id → its table as written, merged with what it extends."""


@lru_cache(maxsize=1)
def load() -> Rulebook:
    """The rulebook of the project. Raises RulebookError."""
    return read(FOLDER)


def read(folder: Path) -> Rulebook:
    """The rulebook in *folder*, one file for each edition. Raises RulebookError."""
    files = {path.stem: _parse(path) for path in sorted(folder.glob("*.toml"))}
    if CHARTER not in files:
        raise RulebookError(f"Thiếu tệp {CHARTER}.toml trong {folder.name}. Hãy chép lại tệp của bản cài đặt.")
    charter_written = _tables(CHARTER, files[CHARTER])
    charter = {key: _entry(CHARTER, key, written, CHARTER) for key, written in charter_written.items()}
    made: dict[str, tuple[Edition, Written]] = {}

    def make(key: str, waiting: tuple[str, ...] = ()) -> tuple[Edition, Written]:
        if key in made:
            return made[key]
        head = _head(key, files[key])
        extends = head.get("extends", "")
        if extends and (extends not in files or extends == CHARTER or extends in (*waiting, key)):
            others = ", ".join(sorted(files.keys() - {CHARTER, key}))
            raise fault(f"{key}.toml", "edition.extends", f"không kế thừa được “{extends}”.", f"Hãy chọn: {others}.")
        base, written = make(extends, (*waiting, key)) if extends else (None, {})
        made[key] = _edition(key, head, _tables(key, files[key]), charter, base, written)
        return made[key]

    editions = sorted((make(key)[0] for key in files if key != CHARTER), key=lambda each: each.in_force_from)
    if not editions:
        raise RulebookError(f"Thư mục {folder.name} chưa có văn bản nào. Hãy chép lại các tệp của bản cài đặt.")
    known = {rule for edition in editions for rule in edition.entries}
    for edition in editions:  # the earliest first: a fault is told of the file that brought it
        check_agreement(edition, known)
    return Rulebook(tuple(editions))


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(
            f"Tệp {path.name} không đọc được: {error}. Hãy sửa đúng dòng đó theo cú pháp TOML."
        ) from None


def _head(key: str, file: Mapping[str, Any]) -> dict[str, Any]:
    head = file.get("edition")
    if not isinstance(head, dict):
        raise fault(f"{key}.toml", "edition", "thiếu bảng này.", f"Hãy ghi {', '.join(HEAD)}.")
    kinds = HEAD | HEAD_OPTIONS
    for word, value in head.items():
        if word not in kinds:
            raise fault(f"{key}.toml", f"edition.{word}", "khóa này không có trong mẫu.",
                        f"Hãy dùng một trong các khóa: {', '.join(kinds)}.")  # fmt: skip
        if type(value) is not kinds[word]:
            raise fault(f"{key}.toml", f"edition.{word}", f"giá trị {value!r} sai kiểu.",
                        "Hãy ghi ngày dạng 2026-07-26, chữ trong dấu ngoặc kép.")  # fmt: skip
    if missing := HEAD.keys() - head.keys():
        raise fault(f"{key}.toml", "edition", f"thiếu {', '.join(sorted(missing))}.", "Hãy ghi thêm.")
    return head


def _tables(key: str, file: Mapping[str, Any]) -> Written:
    """Rule id → what this file writes of it."""
    found: Written = {}
    for table, rules in file.items():
        if table == "edition":
            continue
        if table not in TABLES or not isinstance(rules, dict):
            raise fault(
                f"{key}.toml", table, "không có bảng này.", f"Hãy dùng một trong các bảng: {', '.join(TABLES)}."
            )
        for name, written in rules.items():
            if not isinstance(written, dict):
                raise fault(f"{key}.toml", f"{table}.{name}", "phải là một bảng.", f"Hãy mở bảng [{table}.{name}].")
            found[f"{table}.{name}"] = written
    return found


def _entry(key: str, rule: str, written: Mapping[str, Any], stated_in: str) -> Entry:
    table, name = rule.split(".", 1)
    return entry_of(f"{key}.toml", table, name, written, stated_in=stated_in)


def _edition(
    key: str,
    head: Mapping[str, Any],
    own: Written,
    charter: Mapping[str, Entry],
    base: Edition | None,
    inherited: Written,
) -> tuple[Edition, Written]:
    entries = dict(charter)
    if base:
        entries |= {
            rule: replace(entry, confidence=Confidence.INHERITED)
            for rule, entry in base.entries.items()
            if rule not in charter
        }
    written = dict(inherited)
    for rule, said in own.items():
        if said.get("removed"):
            if rule not in entries or rule in charter:
                raise fault(f"{key}.toml", rule, "không có gì để bỏ.", "Hãy xóa dòng removed hoặc sửa tên quy định.")
            entries.pop(rule)
            written.pop(rule, None)
            continue
        if absent := [word for word in OWN if word not in said]:
            raise fault(
                f"{key}.toml", rule, f"thiếu {', '.join(absent)}.",
                "Mỗi văn bản ghi lại một quy định thì phải ghi điều khoản, nguồn và mức tin cậy của chính nó.",
            )  # fmt: skip
        if rule in charter:
            raise fault(f"{key}.toml", rule, "đã có trong Điều lệ.", "Hãy đặt tên khác hoặc bỏ bảng này.")
        written[rule] = merge(inherited.get(rule), said)
        entries[rule] = _entry(key, rule, written[rule], key)
    guidances = tuple(Guidance(**each) for each in head.get("guidances", ()))
    edition = Edition(
        id=key, number=head["number"], issued=head["issued"], in_force_from=head["in_force_from"], title=head["title"],
        entries=entries, guidances=guidances, extends=head.get("extends", ""), note=head.get("note", ""),
    )  # fmt: skip
    return edition, written
