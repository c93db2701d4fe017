"""States get an address of their own, as every row that a page is about."""

import uuid

from django.db import migrations, models


def fill(apps, schema_editor):
    states = apps.get_model("cells", "MemberState").objects
    for key in states.filter(public_id=None).values_list("pk", flat=True).iterator():
        states.filter(pk=key).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ("cells", "0003_workbook_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="memberstate",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="memberstate",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
