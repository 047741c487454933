"""
What was done with a batch stays as it was written down; and the roles that deal with batches.

A recalled or handed-over batch must not be told otherwise later, so the database refuses it.
"""

from django.db import migrations

from counterfoil.migrations._groups import giving

STEPS_STAY = """
CREATE FUNCTION counterfoil_steps_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
          USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER counterfoil_batchstep_no_change BEFORE UPDATE OR DELETE ON counterfoil_batchstep
    FOR EACH ROW EXECUTE FUNCTION counterfoil_steps_stay();
"""
GROUPS = {
    "Operations": ["mint_batches", "download_batch", "approve", "activate_at_sale"],
    "Till": ["activate_at_sale"],
}
WORDS = {
    "mint_batches": "ask for printed batches, hand them over, withdraw them",
    "download_batch": "fetch the print file of a batch",
    "approve": "approve what somebody else asks for",
    "activate_at_sale": "sell printed codes at the till",
}


class Migration(migrations.Migration):
    dependencies = [("counterfoil", "0013_batches_and_approvals")]

    operations = [
        migrations.RunSQL(
            STEPS_STAY,
            """
            DROP TRIGGER counterfoil_batchstep_no_change ON counterfoil_batchstep;
            DROP FUNCTION counterfoil_steps_stay();
            """,
        ),
        giving(GROUPS, WORDS),
    ]
