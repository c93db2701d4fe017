"""Reading one table of a rule file into its class, with faults that name file, key and remedy."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from pipeline.rulebook.confidence import STRENGTHS, WRITTEN
from pipeline.rulebook.entries import NOTHING, TABLES, Entry


class RulebookError(Exception):
    """A rule file that cannot be used. The text names the file, the key and what to write instead."""


def fault(file: str, key: str, what: str, remedy: str) -> RulebookError:
    return RulebookError(f"Tệp {file}, khóa [{key}]: {what} {remedy}")


DERIVED = {"name", "stated_in", "confidence", "local_text", "answer"}
"""Fields that no file writes as such."""
RENAMED = {"with": "parameters"}
CHOICES: dict[tuple[str, str], frozenset[str]] = {
    ("clocks", "unit"): frozenset({"working_days", "months"}),
    ("outcomes", "effect"): frozenset({"pause", "close", "reopen", "resume", "extend", "move"}),
    ("requirements", "at_most"): frozenset(STRENGTHS),
}


def merge(earlier: Mapping[str, Any] | None, later: Mapping[str, Any]) -> dict[str, Any]:
    """Keys of *later* win; tables inside are merged likewise, lists are replaced."""
    merged = dict(earlier or {})
    for key, value in later.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def entry_of(file: str, table: str, name: str, written: Mapping[str, Any], *, stated_in: str) -> Entry:
    """The rule that *written* says. Raises RulebookError."""
    kind, key = TABLES[table], f"{table}.{name}"
    known = {each.name: each for each in fields(kind) if each.name not in DERIVED}
    values: dict[str, Any] = {}
    for word, value in written.items():
        if word == "confidence":
            continue
        field = known.get(RENAMED.get(word, word))
        if field is None or word == "parameters":
            names = ", ".join(sorted({"confidence", *known} - {"parameters"} | ({"with"} & {*RENAMED})))
            raise fault(file, f"{key}.{word}", "khóa này không có trong mẫu.", f"Hãy dùng một trong các khóa: {names}.")
        values[field.name] = _value(file, f"{key}.{word}", _shape(field.type), value)
        allowed = CHOICES.get((table, field.name))
        if allowed and value not in allowed:
            raise fault(
                file, f"{key}.{word}", f"“{value}” không dùng được.", f"Hãy chọn: {', '.join(sorted(allowed))}."
            )
    missing = [
        each.name for each in known.values()
        if each.default is MISSING and each.default_factory is MISSING and each.name not in values
    ]  # fmt: skip
    if "confidence" not in written:
        missing.append("confidence")
    if missing:
        raise fault(file, key, f"thiếu {', '.join(sorted(missing))}.", "Hãy ghi thêm; mỗi quy định phải có đủ.")
    if written["confidence"] not in WRITTEN:
        raise fault(file, f"{key}.confidence", f"“{written['confidence']}” không dùng được.", "Hãy chọn: S2, S, M.")
    return kind(name=name, confidence=WRITTEN[written["confidence"]], stated_in=stated_in, **values)


def _shape(kind: Any) -> str:
    """The type of a field, as the code writes it."""
    text = kind.__name__ if type(kind) is type else str(kind)
    return text.replace("collections.abc.", "").replace("typing.", "").replace("fractions.", "")


def _value(file: str, key: str, kind: str, value: Any) -> Any:
    """*value* as a field of type *kind* holds it."""
    match kind:
        case "str" if isinstance(value, str):
            return value
        case "bool" if isinstance(value, bool):
            return value
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "tuple[str, ...]" if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        case "Fraction | None" if isinstance(value, str):
            return _fraction(file, key, value)
        case "Mapping[str, str]" if isinstance(value, dict) and all(isinstance(each, str) for each in value.values()):
            return MappingProxyType(value)
        case "Mapping[str, Any]" if isinstance(value, dict):
            return MappingProxyType(value)
        case "Mapping[str, tuple[str, ...]]" if isinstance(value, dict):
            return MappingProxyType({
                name: _value(file, f"{key}.{name}", "tuple[str, ...]", each) for name, each in value.items()
            })  # fmt: skip
    raise fault(file, key, f"giá trị {value!r} sai kiểu.", f"Hãy ghi {_SHAPES.get(kind, kind)}.")


_SHAPES = {
    "str": "một đoạn chữ trong dấu ngoặc kép", "bool": "true hoặc false", "int": "một số nguyên",
    "tuple[str, ...]": 'một danh sách, ví dụ ["cell_vote"]', "Fraction | None": 'một phân số, ví dụ "2/3"',
    "Mapping[str, str]": "một bảng chữ = chữ", "Mapping[str, Any]": "một bảng",
    "Mapping[str, tuple[str, ...]]": "một bảng mà mỗi khóa có một danh sách",
}  # fmt: skip


def _fraction(file: str, key: str, text: str) -> Fraction:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if not 0 < value <= 1 or "/" not in text:
        raise fault(file, key, f"“{text}” không phải là phân số.", 'Hãy ghi dạng "2/3" hoặc "1/2".')
    return value


__all__ = ["NOTHING", "RulebookError", "entry_of", "fault", "merge"]
