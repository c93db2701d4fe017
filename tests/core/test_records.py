"""Records in a file: written whole, read by position."""

import pytest

from core.records import Records, write_records


def numbered(path, count):
    assert write_records(path, ({"số": n} for n in range(count))) == count
    return Records(path)


def test_records_are_read_by_their_place(tmp_path):
    records = numbered(tmp_path / "a", 5)
    assert (len(records), records[0], records[4], records[-1]) == (5, {"số": 0}, {"số": 4}, {"số": 4})
    assert [each["số"] for each in records[1:4]] == [1, 2, 3]
    assert [each["số"] for each in records[::2]] == [0, 2, 4]
    assert [each["số"] for each in records] == [0, 1, 2, 3, 4]
    assert records[7:9] == []
    with pytest.raises(IndexError):
        records[5]


def test_more_records_than_are_read_at_once(tmp_path):
    assert [each["số"] for each in numbered(tmp_path / "a", 2_500)] == list(range(2_500))


def test_a_file_that_is_empty_or_gone_holds_none(tmp_path):
    assert list(numbered(tmp_path / "a", 0)) == []
    assert list(Records(tmp_path / "none")) == []


def test_texts_and_lists_come_back_as_they_were(tmp_path):
    rows = [["Đỗ Thị Ẩn\nhai dòng", 1.5, None, True], [], ["“x”"]]
    write_records(tmp_path / "a", rows)
    assert list(Records(tmp_path / "a")) == rows


def test_a_write_that_fails_leaves_what_was_there(tmp_path):
    numbered(tmp_path / "a", 2)

    def broken():
        yield 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_records(tmp_path / "a", broken())
    assert len(Records(tmp_path / "a")) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
