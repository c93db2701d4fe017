"""Codes of a phone and recovery codes on paper, beside the password."""

import core.sealed
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0006_export_ledger'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('create', 'Tạo mới'), ('update', 'Sửa'), ('reverse', 'Đính chính'), ('delete', 'Xóa'), ('login', 'Đăng nhập'), ('login_failed', 'Đăng nhập không thành công'), ('lockout', 'Tạm khóa đăng nhập'), ('logout', 'Đăng xuất'), ('password', 'Đổi mật khẩu'), ('activation', 'Cấp mã kích hoạt'), ('factor_on', 'Bật xác thực hai bước'), ('factor_off', 'Tắt xác thực hai bước'), ('factor_reset', 'Gỡ xác thực hai bước cho người khác'), ('recovery_new', 'Cấp mã khôi phục mới'), ('recovery_used', 'Dùng mã khôi phục'), ('code_failed', 'Gõ sai mã xác thực'), ('import', 'Nhập từ Excel'), ('export', 'Xuất dữ liệu'), ('download', 'Tải tệp'), ('render', 'Lập báo cáo'), ('print', 'Mở bản in'), ('reveal', 'Xem thông tin nhạy cảm'), ('refuse', 'Bị từ chối')], max_length=20, verbose_name='việc'),
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', core.sealed.SealedField(verbose_name='khóa')),
                ('confirmed_at', models.DateTimeField(verbose_name='bật lúc')),
                ('last_counter', models.BigIntegerField(default=0, verbose_name='mã dùng gần nhất')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='số lần thử')),
                ('locked_until', models.DateTimeField(blank=True, null=True, verbose_name='tạm khóa đến')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'xác thực hai bước',
                'verbose_name_plural': 'xác thực hai bước',
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead', models.CharField(max_length=2, verbose_name='hai ký tự đầu')),
                ('digest', models.CharField(max_length=200, verbose_name='băm')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='dùng lúc')),
                ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='core.secondfactor')),
            ],
            options={
                'verbose_name': 'mã khôi phục',
                'verbose_name_plural': 'mã khôi phục',
                'constraints': [models.UniqueConstraint(fields=('factor', 'lead'), name='recovery_code_told_apart')],
            },
        ),
    ]
