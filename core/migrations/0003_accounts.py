"""Codes on paper, and sessions their owners can see and end."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_audit_seals'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='must_change_password',
            field=models.BooleanField(default=False, verbose_name='phải đặt mật khẩu'),
        ),
        migrations.AddField(
            model_name='user',
            name='password_expires_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='mã kích hoạt hết hạn lúc'),
        ),
        migrations.AlterField(
            model_name='auditevent',
            name='action',
            field=models.CharField(choices=[('create', 'Tạo mới'), ('update', 'Sửa'), ('reverse', 'Đính chính'), ('delete', 'Xóa'), ('login', 'Đăng nhập'), ('login_failed', 'Đăng nhập không thành công'), ('logout', 'Đăng xuất'), ('password', 'Đổi mật khẩu'), ('activation', 'Cấp mã kích hoạt'), ('import', 'Nhập từ Excel'), ('export', 'Xuất dữ liệu'), ('download', 'Tải tệp'), ('render', 'Lập báo cáo'), ('print', 'Mở bản in'), ('refuse', 'Bị từ chối')], max_length=20, verbose_name='việc'),
        ),
        migrations.CreateModel(
            name='LoginSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('begun_at', models.DateTimeField(verbose_name='đăng nhập lúc')),
                ('seen_at', models.DateTimeField(verbose_name='dùng gần nhất')),
                ('origin', models.CharField(blank=True, max_length=100, verbose_name='từ đâu')),
                ('browser', models.CharField(blank=True, max_length=100, verbose_name='trình duyệt')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='kết thúc lúc')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'phiên đăng nhập',
                'verbose_name_plural': 'phiên đăng nhập',
                'ordering': ['-seen_at'],
                'indexes': [models.Index(fields=['user', 'ended_at'], name='session_of_user')],
            },
        ),
    ]
