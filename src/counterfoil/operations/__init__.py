"""
The acts: one module each, one public function of the same name.

Every act takes ``by`` and ``at``, is one transaction, is safe to repeat, and refuses with an error
of :mod:`counterfoil.errors` that says what is true.

Intake
- ``converge_purchase`` brings a purchase to where the channel says its order stands
- ``open_cart`` opens a cart for somebody who wants to buy
- ``send_cart`` remembers under which reference a channel takes a cart's payment
- ``pay_cart`` takes the built-in test payment for a cart
- ``declare_order`` keeps an order that is told to us
- ``cancel_declared_order`` takes note that the whole of such an order is taken back
- ``cancel_declared_units`` takes note that part of such an order is taken back
- ``upload_order_file`` takes in a file with orders, and says what would become of each row
- ``reread_order_file`` reads an order file in another way
- ``judge_order_file`` looks again at what would become of the rows of an order file
- ``confirm_order_file`` has an order file carried out
- ``begin_order_file`` judges an order file once more, when it is carried out
- ``record_file_rows`` remembers what became of rows of an order file
- ``finish_order_file`` closes an order file that was carried out
- ``discard_order_file`` throws an order file away
- ``park`` puts something that needs a person where a person sees it
- ``map_product`` says what a channel's product is here
- ``make_connection`` connects a channel
- ``change_connection`` changes what a connection is called and how it is set up
- ``replace_secret`` puts a secret of a connection in the place of the old
- ``add_secret`` puts a new secret of a connection beside the one in use
- ``end_old_secrets`` ends the older secrets of a connection
- ``record_connection_test`` remembers that a connection was tried, and what was found
- ``pause_connection`` lets a connection take no messages and ask nothing
- ``resume_connection`` lets a paused connection go on
- ``replay_messages`` has messages worked again that wait or are parked
- ``read_message`` shows the body of a message, personal data masked

Events out
- ``make_webhook_endpoint`` has events sent to an address
- ``change_webhook_endpoint`` changes where events are sent, and which
- ``rotate_webhook_secret`` gives a webhook endpoint another secret
- ``disable_webhook_endpoint`` sends nothing to a webhook endpoint for a while
- ``enable_webhook_endpoint`` sends to a webhook endpoint again, with what it missed or without
- ``end_webhook_endpoint`` ends a webhook endpoint
- ``try_webhook_endpoint`` has a test event sent to one webhook endpoint
- ``replay_webhook`` sends one event to a webhook endpoint again
- ``replay_failed_webhooks`` sends to a webhook endpoint what it did not take
- ``replay_webhooks_since`` sends to a webhook endpoint what happened since a time

Catalogue
- ``make_product`` puts a new product into the catalogue
- ``change_product`` changes what a product is called and costs
- ``put_on_sale`` offers a product in our own checkout
- ``take_off_sale`` offers a product in our own checkout no longer
- ``publish_terms`` publishes the next version of a product's terms

Issuing
- ``issue`` issues what a line was paid for
- ``grant`` gives entitlements without a sale
- ``request_grant`` gives what one person may give alone, and asks for a second person above
- ``continue_grant`` issues the next part of a very large grant
- ``upload_grant_list`` takes in a list of grants, and says what would become of each row
- ``confirm_grant_list`` has a list of grants carried out, or asks for a second person
- ``carry_out_grant_list`` grants the next rows of such a list
- ``discard_grant_list`` throws such a list away
- ``request_batch`` asks for codes to be printed
- ``mint`` mints the next codes of a batch that was approved
- ``make_print_file`` makes the encrypted file from which a batch is printed
- ``fetch_print_file`` hands that file out, once
- ``request_print_file`` asks for the file again, when it was lost
- ``hand_over_batch`` records that whoever prints has the codes
- ``activate_at_sale`` sells printed codes
- ``undo_activation`` undoes a sale at the till, minutes after it was made

Many at once
- ``preview_bulk`` chooses entitlements to act on, and says how each stands
- ``judge_bulk`` looks again at how they stand
- ``confirm_bulk`` has a bulk act carried out, or asks for a second person
- ``carry_out_bulk`` does a bulk act to the next of its entitlements
- ``discard_bulk`` throws a bulk act away that was not carried out
- ``invert_bulk`` prepares to take back what a bulk act has done

Second persons
- ``approve`` approves what somebody else asked for, and has it done
- ``reject`` rejects what somebody else asked for

Holding
- ``place_hold`` suspends entitlements
- ``lift_hold`` lifts a hold, and gives back the time it cost
- ``reserve`` keeps entitlements for somebody until a moment
- ``renew`` keeps what is reserved for longer
- ``release`` lets go of what is reserved
- ``lapse_reservations`` ends reservations whose time has come
- ``take_over`` gives somebody what is reserved for somebody else

Giving
- ``set_gift`` gives an entitlement to somebody: by mail, on a day, or as a card
- ``cancel_gift`` calls a gift off
- ``correct_buyer`` sends what was bought to another address than the order named
- ``correct_recipient`` sends a gift to another address
- ``resend_code`` sends the mail with a code again
- ``open_gift`` takes note that somebody looked at a gift

Using
- ``check_code`` tells what a code is good for
- ``redeem`` assigns an entitlement to whoever presents its code
- ``assign`` gives an entitlement to an account without its code being presented
- ``assign_to_mail`` gives an entitlement to whoever reads a mail address
- ``complete_subject`` says whom or what an assigned entitlement is for
- ``complete_step`` answers a step between claiming and using
- ``decline_step`` declines to agree to what is asked there
- ``publish_consent`` publishes a text that holders are asked to agree to
- ``confirm_fulfilment`` records that the downstream record exists
- ``retry_provisioning`` asks the host for its record again, now
- ``confirm_removal`` records that the downstream record is gone
- ``unassign`` takes an entitlement back from its holder
- ``correct_subject`` says that an entitlement is for somebody or something else than was said
- ``offer_transfer`` offers what one has to somebody else
- ``answer_transfer`` accepts or declines what was offered
- ``cancel_transfer`` calls an offer off
- ``lapse_transfers`` closes offers that nobody answered in time
- ``transfer`` gives what somebody has to another account, on staff's word
- ``transfer_to_mail`` gives what somebody has to whoever reads a mail address, on staff's word
- ``record_milestone`` keeps what the host says happened to what was assigned
- ``record_attempt`` remembers that a code was presented and refused

Repair
- ``replace_code`` gives an entitlement a new code
- ``reveal_code`` shows a code in full to somebody who may see it
- ``collect_codes`` gives the codes of a purchase to the organisation that bought them
- ``reveal_file_codes`` shows the codes that came of an order file to somebody who may see them
- ``revoke`` withdraws entitlements for good
- ``withdraw_from_batch`` withdraws pieces of a batch that were spoiled, lost or not sold
- ``recall_batch`` withdraws a whole batch
- ``reinstate`` brings back an entitlement that was withdrawn
- ``extend`` changes how long an entitlement is valid
- ``read_personal`` shows an address in full to somebody who may see it
- ``annotate`` keeps what staff write down about a purchase, an entitlement or a case
- ``decide_refund`` says what a refund takes back, where its channel did not
- ``decide_refunded_unit`` says whether a unit whose money went back is revoked or kept
- ``resolve_exception`` closes an exception, saying what came of it
- ``take_case`` takes an exception on, so that nobody else works on it as well
- ``hand_over_case`` gives an exception to somebody else to work on
- ``give_back_case`` lets an exception go, for anybody to take on
- ``postpone_case`` says by when an exception is to be settled instead
- ``record_case_step`` remembers what somebody tried about an exception
- ``settle_case`` closes one exception that somebody works on
- ``retry_write_back`` has a channel shown again what was issued
- ``retry_stuck_act`` has what follows from an act tried again at once
- ``probe_downstream`` asks a system that was down again at once

People
- ``record_console_sign_in`` remembers that somebody signed in to the console, or tried to
- ``request_sign_in`` has a one-time code sent to an address
- ``confirm_sign_in`` takes the one-time code, for the account of whoever reads the address
- ``choose_language`` remembers in which language somebody wants to be written to
- ``choose_time_zone`` remembers in whose time somebody reads times
- ``sign_out_everywhere`` ends every session of an account
- ``change_mail`` gives an account another address, on the word of staff
- ``confirm_mail_change`` gives an account another address, which its owner has proved to read
- ``merge_accounts`` makes one account of two that are the same person's
- ``request_erasure`` asks that everything kept about somebody be erased
- ``withdraw_erasure`` takes such a wish back
- ``erase_person`` erases everything that says who somebody is
- ``choose_mails`` says which mails somebody does not want
- ``link_account`` gives purchases to the accounts of those who made them

Partners
- ``open_partner`` sets up a partner
- ``invite_member`` lets somebody act for a partner, and tells them so
- ``change_member_role`` gives somebody who acts for a partner another role
- ``end_member`` lets somebody no longer act for a partner
- ``allot`` gives a partner entitlements to hand out
- ``request_allotment`` allots what one person may, and asks for a second person above
- ``hand_on`` hands entitlements on to a sub-partner
- ``return_to_pool`` gives them back to the partner above
- ``suspend_partner`` lets a partner hand out nothing until it is resumed
- ``resume_partner`` lets a suspended partner go on
- ``settle_suspension`` holds what comes back to a suspended partner
- ``continue_suspension`` places, or lifts, the next holds of a large suspension

Handing out
- ``hand_out`` gives one entitlement of a partner to one recipient
- ``upload_handout`` takes in a list of recipients, and says what stands against each row
- ``confirm_handout`` has a list of recipients carried out
- ``carry_out_handout`` gives to the next recipients of such a list
- ``discard_handout`` throws such a list away
- ``print_cards`` takes free entitlements of a partner out as printed cards
- ``reprint_cards`` shows cards again that nobody has claimed
- ``take_back`` takes back what a partner handed out and nobody has claimed

Figures
- ``count_figures`` counts everything that figures are about, and forgets the count before

Long work
- ``request_job`` has long work done in the background
- ``stop_job`` stops a job after the step it is in
- ``continue_job`` takes up a job that was stopped, or failed, where it was left

Keys

- ``request_renewal`` has everything that older keys keep made anew under the current ones
- ``renew_kept`` makes the next rows anew

Audit
- ``request_verification`` has the whole chain of the ledger checked
- ``export_ledger`` writes down who takes the ledger out
Staff
- ``let_in_staff`` lets somebody in as a member of staff
- ``change_staff_roles`` gives a member of staff other roles
- ``lock_out_staff`` lets a member of staff in no more
- ``give_first_password`` lets somebody come in anew, and back in after a lock-out
- ``choose_password`` takes a password somebody chose for themselves
- ``begin_second_factor`` begins to set up an authenticator
- ``confirm_second_factor`` takes the first digits an authenticator shows
- ``pass_second_factor`` takes the digits or recovery code of somebody who comes in
- ``renew_recovery_codes`` gives new recovery codes instead of the old ones
- ``reset_second_factor`` takes away an authenticator that was lost
- ``begin_shift`` remembers that a member of staff has come in
- ``note_presence`` remembers that somebody is still there
- ``end_staff_sessions`` signs somebody out where they are signed in

People and machines
- ``open_account`` gives the account of somebody the host names
- ``recognise_account`` gives the account of somebody whom the host has signed in
- ``create_api_key`` makes the key by which a machine calls the API
- ``end_api_key`` ends the key of a machine
- ``record_key_use`` remembers when the key of a machine was used
- ``lease_calls`` lets a process have some of the calls a key has in a minute
- ``remember_reply`` keeps what a request was answered, for whoever repeats it
- ``forget_replies`` deletes replies that are older than thirty days
- ``forget_events`` deletes events that everybody had long enough to read

Mails
- ``save_view`` keeps a list with its filters under a name
- ``drop_view`` drops a saved view
- ``record_export`` keeps that somebody takes a list away as a file
- ``record_broken_export`` keeps that such a file broke off
- ``reveal_listed_codes`` shows the codes of a list to somebody who may have them in a file
- ``save_mail_text`` gives a mail other words
- ``drop_mail_text`` goes back to the words a mail is shipped with
- ``record_bounce`` remembers that a mail came back
- ``retry_delivery`` has a mail tried again at once
- ``unsubscribe`` stops a kind of mail for somebody
- ``resubscribe`` takes up again a kind of mail that somebody had stopped
"""
