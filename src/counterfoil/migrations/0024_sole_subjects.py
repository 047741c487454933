"""
Subjects that may be what one entitlement at a time is for.

Which assignment that is, the database notes itself, whoever writes the subject: so the unique
index holds against every writer, also against those who know nothing of it.
"""

from django.db import migrations, models

NOTE = """
CREATE FUNCTION counterfoil_note_sole_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sole_subject := (SELECT s.id FROM counterfoil_subject s
                          WHERE s.id = NEW.subject_id AND s.is_sole);
    RETURN NEW;
END $$;
CREATE TRIGGER counterfoil_sole_subject BEFORE INSERT OR UPDATE OF subject_id
    ON counterfoil_assignment FOR EACH ROW EXECUTE FUNCTION counterfoil_note_sole_subject();
"""

FORGET = """
DROP TRIGGER counterfoil_sole_subject ON counterfoil_assignment;
DROP FUNCTION counterfoil_note_sole_subject();
"""


class Migration(migrations.Migration):
    dependencies = (("counterfoil", "0023_mails_owed"),)

    operations = (
        migrations.AddField(
            model_name="assignment",
            name="sole_subject",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="subject",
            name="is_sole",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("sole_subject",),
                name="counterfoil_sole_subject",
            ),
        ),
        migrations.RunSQL(NOTE, FORGET),
    )
