"""`manage.py find_people TEXT`: people whose name contains TEXT, accents ignored, in Vietnamese order."""

from typing import Any

from cells.people import find_people
from core.commands import JsonCommand


class Command(JsonCommand):
    help = "Tìm người theo họ tên: không phân biệt dấu, hoa thường; xếp theo tên."

    def add_arguments(self, parser):
        parser.add_argument("text", metavar="TEXT", help="một phần của họ và tên")
        super().add_arguments(parser)

    def handle(self, *args: Any, text: str, **options: Any) -> None:
        people = find_people(text)
        if options["json"]:
            self.write_json(
                {"people": [{"code": p.code, "name": p.name, "organization": p.organization} for p in people]}
            )
            return
        for person in people:
            self.stdout.write(f"{person.code}\t{person.name}\t{person.organization}")
        self.stderr.write(
            f"{len(people)} người." if people else "Không tìm thấy ai. Hãy thử một phần ngắn hơn của họ tên."
        )
