"""
The acts: one module each, one public function of the same name.

Every act takes ``by`` and ``at``, is one transaction, is safe to repeat, and refuses with an error
of :mod:`counterfoil.errors` that says what is true. What each does, its docstring says; here is
where it belongs.

Intake
    converge_purchase, open_cart, send_cart, pay_cart, declare_order, cancel_declared_order,
    cancel_declared_units, upload_order_file, reread_order_file, judge_order_file,
    confirm_order_file, begin_order_file, record_file_rows, finish_order_file,
    discard_order_file, park, map_product, make_connection, change_connection, replace_secret,
    add_secret, end_old_secrets, record_connection_test, pause_connection, resume_connection,
    replay_messages, read_message

Events out
    make_webhook_endpoint, change_webhook_endpoint, rotate_webhook_secret,
    disable_webhook_endpoint, enable_webhook_endpoint, end_webhook_endpoint,
    try_webhook_endpoint, replay_webhook, replay_failed_webhooks, replay_webhooks_since

Catalogue
    make_product, change_product, put_on_sale, take_off_sale, publish_terms

Issuing
    issue, grant, request_grant, continue_grant, upload_grant_list, confirm_grant_list,
    carry_out_grant_list, discard_grant_list, request_batch, mint, make_print_file,
    fetch_print_file, request_print_file, hand_over_batch, activate_at_sale, undo_activation

Many at once
    preview_bulk, judge_bulk, confirm_bulk, carry_out_bulk, discard_bulk, invert_bulk

Second persons
    approve, reject

Holding
    place_hold, lift_hold, reserve, renew, release, lapse_reservations, take_over

Giving
    set_gift, cancel_gift, correct_buyer, correct_recipient, resend_code, open_gift

Using
    check_code, redeem, assign, assign_to_mail, complete_subject, complete_step, decline_step,
    publish_consent, confirm_fulfilment, retry_provisioning, confirm_removal, unassign,
    correct_subject, offer_transfer, answer_transfer, cancel_transfer, lapse_transfers,
    transfer, transfer_to_mail, record_milestone, record_attempt

Repair
    replace_code, reveal_code, collect_codes, reveal_file_codes, revoke, withdraw_from_batch,
    recall_batch, reinstate, extend, read_personal, annotate, decide_refund,
    decide_refunded_unit, resolve_exception, take_case, hand_over_case, give_back_case,
    postpone_case, record_case_step, settle_case, retry_write_back, retry_stuck_act,
    probe_downstream

People
    record_console_sign_in, request_sign_in, confirm_sign_in, choose_language, choose_time_zone,
    sign_out_everywhere, change_mail, confirm_mail_change, merge_accounts, request_erasure,
    withdraw_erasure, erase_person, choose_mails, link_account

Partners
    open_partner, invite_member, change_member_role, end_member, allot, request_allotment,
    hand_on, return_to_pool, suspend_partner, resume_partner, settle_suspension,
    continue_suspension

Handing out
    hand_out, upload_handout, confirm_handout, carry_out_handout, discard_handout, print_cards,
    reprint_cards, take_back

Figures
    count_figures

Long work
    request_job, stop_job, continue_job

Keys
    request_renewal, renew_kept

Audit
    request_verification, export_ledger, sign_checkpoint

Staff
    let_in_staff, change_staff_roles, lock_out_staff, give_first_password, choose_password,
    begin_second_factor, confirm_second_factor, pass_second_factor, renew_recovery_codes,
    reset_second_factor, begin_shift, note_presence, end_staff_sessions

People and machines
    open_account, recognise_account, create_api_key, end_api_key, record_key_use, lease_calls,
    remember_reply, forget_replies, forget_events

Mails
    save_view, drop_view, record_export, end_export, record_broken_export,
    reveal_listed_codes,
    save_mail_text, drop_mail_text, record_bounce, retry_delivery, unsubscribe, resubscribe
"""
