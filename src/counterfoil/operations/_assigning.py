"""Parts of a statement of the ledger that give an entitlement to somebody, or take it back."""

ASSIGN = """
assigned AS (
    INSERT INTO counterfoil_assignment (
        id, entitlement_id, account_id, subject_id, by_partner_id, started_at)
    SELECT %(assignment)s, id, (SELECT coalesce(h.merged_into_id, h.id) FROM counterfoil_account h
                                 WHERE h.id = %(account)s FOR KEY SHARE),
           %(subject)s, %(by_partner)s, clock_timestamp()
      FROM changed
 RETURNING id
)"""
"""
Opens the assignment; needs ``assignment``, ``account``, ``subject`` and ``by_partner``.

An account that is being merged just now is waited for, and its heir has it.
"""

PROVISION = """
wanted AS (
    INSERT INTO counterfoil_provisioning (
        entitlement_id, wanted, got, version, reference, changed_at, next_attempt_at, attempts,
        last_error)
    SELECT changed.id, 'active', 'none', changed.version, '', clock_timestamp(),
           clock_timestamp(), 0, ''
      FROM changed JOIN counterfoil_termsversion t ON t.id = changed.terms_id
     WHERE (%(subject)s::uuid IS NOT NULL OR NOT t.needs_subject)
       AND (%(onboarded)s OR NOT t.needs_onboarding)
        ON CONFLICT (entitlement_id) DO UPDATE
       SET wanted = 'active', version = excluded.version, changed_at = excluded.changed_at,
           next_attempt_at = excluded.next_attempt_at, attempts = 0, parked_at = NULL,
           last_error = '',
           got = CASE counterfoil_provisioning.got WHEN 'none' THEN 'none' ELSE 'maybe' END
 RETURNING entitlement_id
)"""
"""
Asks for the downstream record once account and subject are known and every step is done.

Needs ``terms_id`` kept, and ``onboarded``: whether the steps besides naming the subject are done.

A record that is still there was made for an assignment that is over: it is not the one wanted.
"""

DEPROVISION = """
unwanted AS (
    UPDATE counterfoil_provisioning v
       SET wanted = 'none', version = changed.version, changed_at = clock_timestamp(),
           next_attempt_at = clock_timestamp(), attempts = 0, parked_at = NULL, last_error = ''
      FROM changed
     WHERE v.entitlement_id = changed.id AND v.wanted <> 'none'
 RETURNING v.entitlement_id
)"""
"""Asks for the downstream record to go."""

END_ASSIGNMENT = """
left_by AS (
    UPDATE counterfoil_assignment a SET ended_at = clock_timestamp()
      FROM changed
     WHERE a.entitlement_id = changed.id AND a.ended_at IS NULL
 RETURNING a.id
),
overtaken AS (
    UPDATE counterfoil_transfer t SET ended_at = clock_timestamp(), ended_because = 'overtaken'
      FROM changed
     WHERE t.entitlement_id = changed.id AND t.ended_at IS NULL
 RETURNING t.id
)"""
"""Ends the open assignment, which stays as history, and the offer to pass it on."""

ATTEMPT = """
attempted AS (
    INSERT INTO counterfoil_attempt (
        id, at, surface, outcome, counted, last_four, entitlement_id, account_id, api_key_id,
        session, address, network)
    SELECT %(attempt)s, clock_timestamp(), %(surface)s, 'ok', false, last_four, id,
           %(account)s, %(api_key)s, %(session)s, %(address)s, %(network)s
      FROM changed
 RETURNING id
)"""
"""Remembers a successful presentation; refused ones are written where they outlive the refusal."""
