"""
What the database itself refuses.

* A change of an entitlement without its entry fails the COMMIT, also from raw SQL.
* Entries cannot be changed or removed; only ``dispatched_at`` may be set, once.
* Entitlements cannot be removed.
* An entitlement and its line belong to the same purchase.
"""

from django.db import migrations

CHANGE_HAS_ENTRY = """
CREATE FUNCTION counterfoil_change_has_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'entitlement % was changed without a new version', NEW.id
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM counterfoil_entry n
                    WHERE n.entitlement_id = NEW.id AND n.seq = NEW.version
                      AND n.to_state = NEW.state) THEN
        RAISE EXCEPTION 'entitlement % was changed without an entry', NEW.id
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER counterfoil_entitlement_created
    AFTER INSERT ON counterfoil_entitlement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION counterfoil_change_has_entry();
CREATE CONSTRAINT TRIGGER counterfoil_entitlement_changed
    AFTER UPDATE ON counterfoil_entitlement DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION counterfoil_change_has_entry();
"""

APPEND_ONLY = """
CREATE FUNCTION counterfoil_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.dispatched_at IS NULL AND NEW.dispatched_at IS NOT NULL
           AND to_jsonb(OLD) - 'dispatched_at' = to_jsonb(NEW) - 'dispatched_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
          USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER counterfoil_entry_no_change BEFORE UPDATE OR DELETE ON counterfoil_entry
    FOR EACH ROW EXECUTE FUNCTION counterfoil_append_only();
CREATE TRIGGER counterfoil_entry_no_truncate BEFORE TRUNCATE ON counterfoil_entry
    FOR EACH STATEMENT EXECUTE FUNCTION counterfoil_append_only();
CREATE TRIGGER counterfoil_entitlement_no_delete BEFORE DELETE ON counterfoil_entitlement
    FOR EACH ROW EXECUTE FUNCTION counterfoil_append_only();
"""

SAME_PURCHASE = """
ALTER TABLE counterfoil_entitlement ADD CONSTRAINT counterfoil_entitlement_line_of_purchase
    FOREIGN KEY (line_id, purchase_id) REFERENCES counterfoil_line (id, purchase_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

ENTRY_BYTES = """
CREATE FUNCTION counterfoil_field_bytes(field text) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN field IS NULL THEN int4send(-1)
                ELSE int4send(octet_length(convert_to(field, 'UTF8'))) || convert_to(field, 'UTF8')
           END
$$;
CREATE FUNCTION counterfoil_moment(moment timestamptz) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
CREATE FUNCTION counterfoil_entry_bytes(n counterfoil_entry) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT counterfoil_field_bytes(n.entitlement_id::text)
        || counterfoil_field_bytes(n.seq::text)
        || counterfoil_field_bytes(n.purchase_id::text)
        || counterfoil_field_bytes(n.act::text)
        || counterfoil_field_bytes(n.act_name)
        || counterfoil_field_bytes(n.move)
        || counterfoil_field_bytes(n.from_state)
        || counterfoil_field_bytes(n.to_state)
        || counterfoil_field_bytes(n.actor_kind)
        || counterfoil_field_bytes(n.actor_id)
        || counterfoil_field_bytes(n.actor_display)
        || counterfoil_field_bytes(n.on_behalf_of)
        || counterfoil_field_bytes(n.reason)
        || counterfoil_field_bytes(n.comment)
        || counterfoil_field_bytes(counterfoil_moment(n.at))
        || counterfoil_field_bytes(counterfoil_moment(n.recorded_at))
        || counterfoil_field_bytes(counterfoil_moment(n.judged_expiry))
        || counterfoil_field_bytes(n.data::text)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("counterfoil", "0001_initial")]

    operations = [
        migrations.RunSQL(
            CHANGE_HAS_ENTRY,
            """
            DROP TRIGGER counterfoil_entitlement_changed ON counterfoil_entitlement;
            DROP TRIGGER counterfoil_entitlement_created ON counterfoil_entitlement;
            DROP FUNCTION counterfoil_change_has_entry();
            """,
        ),
        migrations.RunSQL(
            APPEND_ONLY,
            """
            DROP TRIGGER counterfoil_entitlement_no_delete ON counterfoil_entitlement;
            DROP TRIGGER counterfoil_entry_no_truncate ON counterfoil_entry;
            DROP TRIGGER counterfoil_entry_no_change ON counterfoil_entry;
            DROP FUNCTION counterfoil_append_only();
            """,
        ),
        migrations.RunSQL(
            SAME_PURCHASE,
            "ALTER TABLE counterfoil_entitlement"
            " DROP CONSTRAINT counterfoil_entitlement_line_of_purchase",
        ),
        migrations.RunSQL(
            ENTRY_BYTES,
            """
            DROP FUNCTION counterfoil_entry_bytes(counterfoil_entry);
            DROP FUNCTION counterfoil_moment(timestamptz);
            DROP FUNCTION counterfoil_field_bytes(text);
            """,
        ),
    ]
