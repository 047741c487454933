"""When an API key was used last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counterfoil", "0035_lists")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="last_used_at",
            field=models.DateTimeField(null=True),
        ),
    ]
