"""From a case file to facts: `[[case]]` tables in TOML, on top of a ready start or by themselves."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.dates import DatePrecision, PartialDate, add_months
from pipeline.engine.facts import (
    Ballot,
    Education,
    Event,
    Facts,
    Former,
    Helper,
    Inquiry,
    LocalItem,
    Override,
    Paper,
    Person,
    Place,
    Standing,
    Unit,
)  # fmt: skip

STARTS = Path(__file__).resolve().parent / "starts.toml"
KEYS = {
    "name", "proves", "start", "today", "opened_on", "person", "place", "units", "units_from", "events", "helpers",
    "inquiries", "papers", "routes", "former", "local", "override", "voters", "confirmed", "answers", "calendar",
    "expect",
}  # fmt: skip
PERSON = {"born", "citizen", "education", "youth_union", "trade_union", "political_question", "children_beyond"}
PLACE = {"youth_union", "trade_union", "difficult_area"}
BALLOT = {field.name for field in fields(Ballot)}
EVENT = {"on", "agreed", "by", "number", "steps", "id", "corrects", "void", *BALLOT}
MERGED = ("person", "place", "events")
_OFFSET = re.compile(r"\s*([+-]\d+)\s*(tháng|ngày)")


class CaseError(Exception):
    """A case file that cannot be read; the text names file, case and remedy."""


@dataclass(frozen=True)
class Case:
    """One written case. `expected` is as written."""

    file: str
    name: str
    proves: tuple[str, ...]
    today: date
    facts: Facts
    expected: Mapping[str, Any]
    confirmed: tuple[str, ...] = ()
    answers: Mapping[str, str] | None = None
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()


def read_cases(path: Path) -> list[Case]:
    """All cases of a file, or of every `.toml` below a folder. Raises CaseError."""
    if path.is_dir():
        files = sorted(each for each in path.rglob("*.toml"))
    elif path.is_file():
        files = [path]
    else:
        raise CaseError(f"Không có tệp hay thư mục {path}. Hãy ghi lại đường dẫn.")
    cases = [case for file in files for case in _read_file(file)]
    if not cases:
        raise CaseError(f"{path} chưa có ca nào. Hãy viết ít nhất một bảng [[case]].")
    return cases


def _read_file(path: Path) -> Iterator[Case]:
    content = _parse(path)
    if unknown := content.keys() - {"case"}:
        raise CaseError(f"Tệp {path.name}: không có bảng “{sorted(unknown)[0]}”. Mỗi ca viết trong một bảng [[case]].")
    written = content.get("case", [])
    if not isinstance(written, list):
        raise CaseError(f"Tệp {path.name}: hãy viết [[case]] với hai dấu ngoặc vuông.")
    for number, each in enumerate(written, 1):
        name = each.get("name") or f"ca thứ {number}"
        try:
            yield case_of(path.name, each)
        except CaseError as error:
            raise CaseError(f"Tệp {path.name}, “{name}”: {error}") from None


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CaseError(f"Tệp {path.name} không đọc được: {error}. Hãy sửa dòng đó.") from None


@lru_cache(maxsize=1)
def starts() -> Mapping[str, Mapping[str, Any]]:
    """The ready starts by name, each with what it takes over from the one before."""
    written = _parse(STARTS)
    found: dict[str, Mapping[str, Any]] = {}
    for name, own in written.items():
        base = found[own["from"]] if "from" in own else {}
        found[name] = {key: value for key, value in _over(base, own).items() if key not in ("from", "title")}
    return found


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """*own* on top of *base*: person, place and events key by key, everything else whole."""
    merged = dict(base)
    for key, value in own.items():
        merged[key] = {**base.get(key, {}), **value} if key in MERGED and isinstance(value, dict) else value
    return merged


def case_of(file: str, written: Mapping[str, Any]) -> Case:
    """The case that *written* says. Raises CaseError."""
    _known(written, KEYS, "ca")
    for key in ("name", "today", "expect"):
        if key not in written:
            raise CaseError(f"thiếu {key}. Hãy ghi thêm.")
    today = written["today"]
    if type(today) is not date:
        raise CaseError("today phải là một ngày, ví dụ today = 2026-11-22 (không có dấu ngoặc kép).")
    start = written.get("start")
    if start is not None and start not in starts():
        raise CaseError(f"không có tình huống “{start}”. Hãy chọn: {', '.join(starts())}.")
    reader = FactsReader(today)
    calendar = written.get("calendar", {})
    _known(calendar, {"days_off", "days_worked"}, "calendar")
    return Case(
        file=file,
        name=written["name"],
        proves=tuple(written.get("proves", ())),
        today=today,
        facts=reader.facts(_over(starts()[start] if start else {}, written)),
        expected=written["expect"],
        confirmed=tuple(written.get("confirmed", ())),
        answers=written.get("answers"),
        days_off=tuple(calendar.get("days_off", ())),
        days_worked=tuple(calendar.get("days_worked", ())),
    )


def _known(written: Mapping[str, Any], keys: set[str], where: str) -> None:
    if not isinstance(written, Mapping):
        raise CaseError(f"{where} phải là một bảng.")
    if unknown := written.keys() - keys:
        raise CaseError(f"{where}: không có khóa “{sorted(unknown)[0]}”. Hãy dùng: {', '.join(sorted(keys))}.")


class FactsReader:
    """Reads values of one case; days may be written as distances from its `today`."""

    def __init__(self, today: date) -> None:
        self.today = today

    def day(self, value: Any) -> date:
        """A day, or a distance such as `-14 tháng` or `-12 tháng -10 ngày`."""
        if type(value) is date:
            return value
        parts = _OFFSET.findall(value) if isinstance(value, str) else []
        if not parts or "".join(_OFFSET.split(value)[::3]).strip():
            raise CaseError(f"ngày {value!r} không đọc được. Hãy ghi 2026-11-22 hoặc “-14 tháng”, “-10 ngày”.")
        found = self.today
        for number, unit in parts:
            found = add_months(found, int(number)) if unit == "tháng" else found + timedelta(days=int(number))
        return found

    def partial(self, value: Any) -> PartialDate:
        """A day, or `1998-05` or `1998` where no more is known."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}", value):
            return PartialDate(date(int(value), 1, 1), DatePrecision.YEAR)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value):
            return PartialDate(date.fromisoformat(f"{value}-01"), DatePrecision.MONTH)
        return PartialDate(self.day(value))

    def facts(self, given: Mapping[str, Any]) -> Facts:
        person, place = given.get("person", {}), given.get("place", {})
        _known(person, PERSON, "person")
        _known(place, PLACE, "place")
        education = str(person.get("education", "unknown")).upper()
        if education not in Education.__members__:
            raise CaseError(f"person.education: hãy chọn {', '.join(each.lower() for each in Education.__members__)}.")
        override, former = given.get("override"), given.get("former")
        return Facts(
            opened_on=self.day(given.get("opened_on", self.today)),
            person=Person(
                born=self.partial(person["born"]) if "born" in person else None,
                is_citizen=person.get("citizen"),
                education=Education[education],
                in_youth_union=person.get("youth_union"),
                in_trade_union=person.get("trade_union"),
                has_political_question=person.get("political_question", False),
                children_beyond=person.get("children_beyond", 0),
            ),
            place=Place(
                has_youth_union=place.get("youth_union"),
                has_trade_union=place.get("trade_union"),
                is_difficult_area=place.get("difficult_area", False),
            ),
            standings=tuple(self._standings(given)),
            events=tuple(self._events(given.get("events", {}))),
            helpers=tuple(self._rows(Helper, given.get("helpers", ()), "helpers")),
            inquiries=tuple(self._rows(Inquiry, given.get("inquiries", ()), "inquiries")),
            papers=tuple(self._rows(Paper, given.get("papers", ()), "papers")),
            routes=tuple(given.get("routes", ())),
            former=next(iter(self._rows(Former, [former], "former")), None) if former else None,
            local=tuple(self._rows(LocalItem, given.get("local", ()), "local")),
            override=next(iter(self._rows(Override, [override], "override")), None) if override else None,
            voters=given.get("voters"),
        )

    def _rows(self, kind: type, rows: Any, where: str) -> Iterator[Any]:
        names = {field.name: field for field in fields(kind)}
        for row in rows:
            _known(row, {*names}, where)
            try:
                yield kind(**{
                    key: self.day(value) if "date" in str(names[key].type) else value for key, value in row.items()
                })  # fmt: skip
            except TypeError:
                raise CaseError(f"{where}: thiếu khóa. Hãy ghi đủ: {', '.join(names)}.") from None

    def _standings(self, given: Mapping[str, Any]) -> Iterator[Standing]:
        """`units` hold from the beginning, `units_from` from a later day on."""
        if "units" in given:
            yield Standing(date.min, self._units(given["units"]))
        for each in given.get("units_from", ()):
            _known(each, {"since", "units"}, "units_from")
            yield Standing(self.day(each["since"]), self._units(each["units"]))

    def _units(self, rows: Any) -> tuple[Unit, ...]:
        return tuple(
            Unit(row.name, row.code, row.setting, frozenset(row.powers), row.body)
            for row in self._rows(Unit, rows, "units")
        )

    def _events(self, given: Mapping[str, Any]) -> Iterator[Event]:
        """`kind = day`, `kind = { on = day, … }`, or a list of these; `kind = false` takes one of the start away."""
        for kind, value in given.items():
            if value is False:
                continue
            for each in value if isinstance(value, list) else [value]:
                yield self._event(kind, each if isinstance(each, dict) else {"on": each})

    def _event(self, kind: str, given: Mapping[str, Any]) -> Event:
        _known(given, EVENT, f"events.{kind}")
        if "on" not in given:
            raise CaseError(f"events.{kind}: thiếu on. Hãy ghi ngày.")
        on = self.partial(given["on"])
        numbers = {key: value for key, value in given.items() if key in BALLOT}
        if numbers and not {"members", "yes"} <= numbers.keys():
            raise CaseError(f"events.{kind}: phiếu phải có members (tổng số) và yes (số tán thành).")
        return Event(
            kind=kind,
            on=on.value,
            precision=on.precision,
            ballot=Ballot(**numbers) if numbers else None,
            steps=tuple(given.get("steps", ())),
            **{key: given[key] for key in ("agreed", "by", "number", "id", "corrects", "void") if key in given},
        )
