"""A revision says from which state of the facts it was made; its printed date may be left to be written by hand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="reportrevision",
            name="facts_version",
            field=models.PositiveBigIntegerField(default=0, verbose_name="lần thay đổi dữ liệu"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="reportrevision",
            name="dated",
            field=models.DateField(
                blank=True, help_text="Empty: written by hand", null=True, verbose_name="ngày ghi trên báo cáo"
            ),
        ),
    ]
