"""`manage.py rotate_keys`: a new key for what is sealed in the database, and everything sealed with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit
from core.keyring import BrokenSealError, add_key, forget_old_keys, keyring, path
from core.models import AuditEvent
from core.numbers import format_integer
from core.resealing import reseal_all, still_old


class Command(BaseCommand):
    help = (
        "Thay khóa mã hóa: tạo khóa mới, mã hóa lại mọi ô đang mã hóa. Chạy được khi mọi người đang làm việc. "
        "Sau đó sao lưu tệp khóa, rồi chạy lại với --forget-old để bỏ khóa cũ."
    )

    def add_arguments(self, parser):
        parser.add_argument("--forget-old", action="store_true", help="không tạo khóa mới; mã hóa nốt rồi bỏ khóa cũ")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["forget_old"]:
            add_key()
        try:
            counts = reseal_all()
        except BrokenSealError as error:
            raise CommandError(
                f"Có ô không khóa nào mở được ({error}). Hãy chép lại tệp khóa của lần sao lưu gần nhất vào {path()}."
            ) from error
        if options["forget_old"]:
            if left := still_old():
                raise CommandError(f"Còn {left} ô dùng khóa cũ: có người vừa ghi. Hãy chạy lại lệnh này.")
            forget_old_keys()
        with audit.acting(origin="rotate_keys"):
            audit.record(AuditEvent.Action.UPDATE, label="Khóa mã hóa", changes={"rows": sum(counts.values())})
        for column, count in counts.items():
            self.stderr.write(f"{column}: {format_integer(count)} ô")
        self.stderr.write(f"Còn {len(keyring().keys)} khóa trong {path()}. Hãy sao lưu tệp này, tách khỏi dữ liệu.")
