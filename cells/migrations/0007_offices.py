"""Offices get an address, some take two people, and relatives are kept away from each other's files."""

import cells.models.appointments
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    offices = apps.get_model("cells", "Appointment").objects
    for key in offices.filter(public_id=None).values_list("pk", flat=True).iterator():
        offices.filter(pk=key).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ('cells', '0006_facts_token'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='public_id',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='appointment',
            name='public_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to=settings.AUTH_USER_MODEL, verbose_name='người giữ'),
        ),
        migrations.CreateModel(
            name='AppointmentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('cell_secretary', 'Bí thư chi bộ'), ('committee_officer', 'Cán bộ cấp ủy cơ sở'), ('board_officer', 'Cán bộ Ban Tổ chức'), ('board_head', 'Lãnh đạo Ban Tổ chức'), ('training_centre', 'Cán bộ Trung tâm Chính trị'), ('mass_organisation', 'Cán bộ Mặt trận, đoàn thể'), ('inspector', 'Cán bộ kiểm tra'), ('administrator', 'Quản trị kỹ thuật')], max_length=20, verbose_name='vai trò')),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='chức danh hiển thị')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='đến trước ngày')),
                ('reason', models.CharField(max_length=255, verbose_name='lý do')),
                ('requested_at', models.DateTimeField(verbose_name='đề nghị lúc')),
                ('state', models.CharField(choices=[('waiting', 'chờ duyệt'), ('granted', 'đã duyệt'), ('refused', 'không duyệt'), ('withdrawn', 'đã rút')], default='waiting', max_length=10, verbose_name='tình trạng')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='duyệt lúc')),
                ('decision', models.CharField(blank=True, max_length=255, verbose_name='ý kiến')),
                ('appointment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='granted_by', to='cells.appointment', verbose_name='phân công')),
                ('association', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cells.association', verbose_name='đoàn thể')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người duyệt')),
                ('deputy_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cells.appointment', verbose_name='làm thay')),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cells.organization', verbose_name='tổ chức đảng')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointment_requests', to=settings.AUTH_USER_MODEL, verbose_name='người được đề nghị')),
            ],
            options={
                'verbose_name': 'đề nghị phân công',
                'verbose_name_plural': 'đề nghị phân công',
                'ordering': ['-requested_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), ('state', 'withdrawn'), _connector='OR'), name='request_takes_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', False), ('state', 'granted')), models.Q(models.Q(('state', 'granted'), _negated=True), ('appointment__isnull', True)), _connector='OR'), name='request_granted_gives_office')],
            },
            bases=(cells.models.appointments.Placed, models.Model),
        ),
        migrations.CreateModel(
            name='DeclaredConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='ghi lúc')),
                ('in_force', models.BooleanField(default=True, editable=False, verbose_name='đang có hiệu lực')),
                ('reason', models.CharField(blank=True, max_length=255, verbose_name='lý do')),
                ('batch', models.UUIDField(blank=True, db_index=True, editable=False, help_text='Facts written by one change (a merger, an import) share it; its audit events too', null=True, verbose_name='đợt')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('model', models.CharField(max_length=60, verbose_name='loại hồ sơ')),
                ('file', models.UUIDField(verbose_name='hồ sơ')),
                ('name', models.CharField(max_length=200, verbose_name='họ và tên người thân')),
                ('relation', models.CharField(max_length=100, verbose_name='quan hệ')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='cells.declaredconflict', verbose_name='đính chính cho')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người ghi')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to=settings.AUTH_USER_MODEL, verbose_name='người khai')),
            ],
            options={
                'verbose_name': 'quan hệ gia đình đã khai',
                'verbose_name_plural': 'quan hệ gia đình đã khai',
                'constraints': [models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('user', 'model', 'file'), name='conflict_declared_once')],
            },
        ),
    ]
