"""How an entitlement stands for whoever hands it out, as a piece of SQL over ``e``."""

from counterfoil.models.handouts import A_CUSTOMERS

SENT = """EXISTS (
       SELECT FROM counterfoil_gift g WHERE g.entitlement_id = e.id AND g.ended_at IS NULL)"""

STANDING = f"""CASE
       WHEN e.state = 'revoked' THEN 'revoked'
       WHEN e.state = 'fulfilled' THEN 'fulfilled'
       WHEN e.state = 'assigned' THEN 'claimed'
       WHEN e.expires_at <= statement_timestamp() THEN 'expired'
       WHEN e.held_count > 0 THEN 'on_hold'
       WHEN e.state = 'minted' THEN 'unsold'
       WHEN {SENT} THEN 'sent'
       WHEN e.state = 'reserved' THEN 'reserved'
       WHEN {A_CUSTOMERS} THEN 'sold'
       ELSE 'free' END"""
"""Gives exactly one word for each; nobody has what stands below ``claimed``."""

GIVEN_DIRECTLY = """LATERAL (
       SELECT r.recipient_id FROM counterfoil_handoutrow r
         JOIN counterfoil_handout h ON h.id = r.handout_id
        WHERE r.entitlement_id = e.id AND h.partner_id = e.partner_id AND r.outcome = 'assigned'
        ORDER BY r.id DESC LIMIT 1) w ON e.state IN ('assigned', 'fulfilled')"""
"""Joins whom the partner itself gave it to without an invitation, while somebody has it."""
