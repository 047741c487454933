"""
Tables of assignment: gifts, reservations, hand-outs, onboarding, transfers, the people of partners.

Everything is added; what was there keeps its meaning.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0018_till_sales"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("document", models.SlugField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Gift",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key_id", models.SmallIntegerField(null=True)),
                ("words_sealed", models.BinaryField(null=True)),
                ("hides_sender", models.BooleanField(default=False)),
                ("send_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=64)),
                ("locale", models.CharField(blank=True, default="", max_length=16)),
                ("created_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("changed", "Changed"),
                            ("corrected", "Corrected"),
                            ("cancelled", "Cancelled"),
                            ("claimed", "Claimed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Handout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("file_name", models.CharField(blank=True, default="", max_length=200)),
                ("digest", models.BinaryField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("judged", "Judged"),
                            ("confirmed", "Confirmed"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        max_length=9,
                    ),
                ),
                ("options", models.JSONField(default=dict)),
                ("created_by", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HandoutRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("key_id", models.SmallIntegerField(null=True)),
                ("words_sealed", models.BinaryField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=40)),
                ("outcome", models.CharField(blank=True, default="", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="MailText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("template", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=16)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("saved_by", models.CharField(max_length=64)),
                ("saved_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OnboardingStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[("done", "Done"), ("declined", "Declined")], max_length=8
                    ),
                ),
                ("key_id", models.SmallIntegerField(null=True)),
                ("answers_sealed", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PartnerMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("operator", "Operator"), ("admin", "Admin")], max_length=8
                    ),
                ),
                ("invited_by", models.CharField(max_length=64)),
                ("invited_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("owner", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=255)),
                ("label", models.CharField(blank=True, default="", max_length=100)),
                ("quantity", models.PositiveIntegerField()),
                ("until", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReservedEntitlement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("used", "Used"),
                            ("released", "Released"),
                            ("lapsed", "Lapsed"),
                            ("taken_over", "Taken Over"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                            ("lapsed", "Lapsed"),
                            ("overtaken", "Overtaken"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unsubscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AlterModelOptions(
            name="entitlement",
            options={
                "permissions": (
                    ("use_console", "read everything in the console, codes and addresses masked"),
                    ("assign", "assign entitlements"),
                    ("complete_subject", "say whom an entitlement is for"),
                    ("unassign", "take an assignment back"),
                    ("replace_code", "replace codes"),
                    ("reveal_code", "reveal codes"),
                    ("revoke", "revoke entitlements"),
                    ("reinstate", "reinstate entitlements"),
                    ("place_hold", "place holds"),
                    ("lift_hold", "lift holds"),
                    ("extend", "change how long entitlements are valid"),
                    ("grant", "grant entitlements without a sale"),
                    ("resync", "ask a channel again how an order stands"),
                    ("resolve_exception", "close exceptions"),
                    ("run_jobs", "stop and continue long work"),
                    ("reconcile", "compare all orders of a channel with our records"),
                    ("map_product", "say what a channel's products are"),
                    ("replay_message", "have messages of channels worked again"),
                    ("read_message", "read the bodies of messages, personal data masked"),
                    ("pause_connection", "pause connections and let them go on"),
                    ("mint_batches", "ask for printed batches, hand them over, withdraw them"),
                    ("download_batch", "fetch the print file of a batch"),
                    ("approve", "approve what somebody else asks for"),
                    ("activate_at_sale", "sell printed codes at the till"),
                    ("import_files", "upload order files and have them carried out"),
                    ("set_gift", "make gifts of entitlements, and cancel them"),
                    ("correct_recipient", "correct the address a gift or a code goes to"),
                    ("resend_code", "send codes again"),
                    ("reserve", "reserve entitlements"),
                    ("release", "release reservations, and take them over"),
                    ("correct_subject", "correct what an entitlement is for"),
                    ("transfer", "transfer entitlements to another account"),
                    ("manage_partners", "set up partners and invite their people"),
                    ("suspend_partner", "suspend partners and let them go on"),
                    ("allot", "allot entitlements to partners, and take them back"),
                    ("edit_mails", "change the words of mails"),
                    ("change_mail", "change the address of an account"),
                    ("merge_accounts", "merge two accounts of one person"),
                    ("erase_person", "erase a person on request"),
                )
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="counterfoil_account_is_somebody",
        ),
        migrations.AddField(
            model_name="account",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="counterfoil.account",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="time_zone",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="allotment",
            name="label",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="allotment",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handed_on",
                to="counterfoil.allotment",
            ),
        ),
        migrations.AddField(
            model_name="allotment",
            name="product",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="relation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Unsaid"),
                    ("self", "Self"),
                    ("dependant", "Dependant"),
                    ("other", "Other"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="bound_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="counterfoil.account",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sub_partners",
                to="counterfoil.partner",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="partner",
            name="suspension",
            field=models.CharField(
                blank=True,
                choices=[("handing_out", "Handing Out"), ("codes", "Codes")],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="subject",
            name="unique_key",
            field=models.CharField(max_length=120, null=True),
        ),
        migrations.AddField(
            model_name="termsversion",
            name="needs_onboarding",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="allotment",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allotments",
                to="counterfoil.partner",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[
                    ("codes", "Codes"),
                    ("sign_in", "Sign In"),
                    ("fulfilled", "Fulfilled"),
                    ("gift", "Gift"),
                    ("gift_news", "Gift News"),
                    ("reminder", "Reminder"),
                    ("expiry_warning", "Expiry Warning"),
                    ("assigned", "Assigned"),
                    ("transfer", "Transfer"),
                    ("transfer_news", "Transfer News"),
                    ("invitation", "Invitation"),
                    ("account_news", "Account News"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False),
                    ("user__isnull", False),
                    ("external_reference__isnull", False),
                    ("merged_into__isnull", False),
                    _connector="OR",
                ),
                name="counterfoil_account_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("suspended_at__isnull", True), ("suspension", "")),
                    models.Q(
                        models.Q(("suspension", ""), _negated=True), ("suspended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="counterfoil_partner_suspended",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(
                fields=("kind", "unique_key"), name="counterfoil_subject_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(
                fields=("document", "version", "language"), name="counterfoil_consent_text"
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="giver",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts_given",
                to="counterfoil.person",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="partner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts",
                to="counterfoil.partner",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts",
                to="counterfoil.person",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="gift",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="counterfoil.gift",
            ),
        ),
        migrations.AddField(
            model_name="handout",
            name="allotment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.allotment"
            ),
        ),
        migrations.AddField(
            model_name="handout",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="counterfoil.job"
            ),
        ),
        migrations.AddField(
            model_name="handout",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handouts",
                to="counterfoil.partner",
            ),
        ),
        migrations.AddField(
            model_name="handout",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="handoutrow",
            name="entitlement",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.entitlement"
            ),
        ),
        migrations.AddField(
            model_name="handoutrow",
            name="gift",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.gift"
            ),
        ),
        migrations.AddField(
            model_name="handoutrow",
            name="handout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="counterfoil.handout",
            ),
        ),
        migrations.AddField(
            model_name="handoutrow",
            name="recipient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtext",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("template", "language"),
                name="counterfoil_mail_text_once",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="milestones",
                to="counterfoil.assignment",
            ),
        ),
        migrations.AddField(
            model_name="onboardingstep",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="counterfoil.assignment",
            ),
        ),
        migrations.AddField(
            model_name="onboardingstep",
            name="text",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.consenttext"
            ),
        ),
        migrations.AddField(
            model_name="partnermember",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="counterfoil.partner",
            ),
        ),
        migrations.AddField(
            model_name="partnermember",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="counterfoil.person",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="counterfoil.partnermember",
            ),
        ),
        migrations.AddField(
            model_name="reservation",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reservations",
                to="counterfoil.account",
            ),
        ),
        migrations.AddField(
            model_name="reservation",
            name="partner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reservations",
                to="counterfoil.partner",
            ),
        ),
        migrations.AddField(
            model_name="handout",
            name="reservation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.reservation"
            ),
        ),
        migrations.AddField(
            model_name="reservedentitlement",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reservations",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="reservedentitlement",
            name="reservation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="counterfoil.reservation",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="counterfoil.assignment",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="counterfoil.person",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="transfer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="counterfoil.transfer",
            ),
        ),
        migrations.AddField(
            model_name="unsubscription",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="unsubscriptions",
                to="counterfoil.person",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("entitlement",),
                name="counterfoil_gift_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoutrow",
            constraint=models.UniqueConstraint(
                fields=("handout", "number"), name="counterfoil_handout_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("assignment", "name"), name="counterfoil_milestone_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="onboardingstep",
            constraint=models.UniqueConstraint(
                fields=("assignment", "key"), name="counterfoil_onboarding_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnermember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("partner", "person"),
                name="counterfoil_member_once",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["until"],
                name="counterfoil_reservation_lapse",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(
                fields=("owner", "key"), name="counterfoil_reservation_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservedentitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("entitlement",),
                name="counterfoil_reserved_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("entitlement",),
                name="counterfoil_transfer_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="unsubscription",
            constraint=models.UniqueConstraint(
                fields=("person", "kind"), name="counterfoil_unsubscribed_once"
            ),
        ),
    ]
