"""Members."""

from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = (("auth", "0012_alter_user_first_name_max_length"),)
    operations = (
        migrations.CreateModel(
            "Member",
            [
                ("password", models.CharField(max_length=128)),
                ("last_login", models.DateTimeField(blank=True, null=True)),
                ("is_superuser", models.BooleanField(default=False)),
                ("id", models.UUIDField(default=uuid4, primary_key=True)),
                ("mail", models.EmailField(max_length=254, unique=True)),
                ("nickname", models.CharField(blank=True, max_length=40)),
                ("is_staff", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("groups", models.ManyToManyField("auth.group", blank=True)),
                ("user_permissions", models.ManyToManyField("auth.permission", blank=True)),
            ],
        ),
    )
