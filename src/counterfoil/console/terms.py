"""The terms of a product: reading any version, writing the next, and what it would change."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.products import url_of
from counterfoil.console.terms_draft import Draft, posted
from counterfoil.console.terms_fields import form_of
from counterfoil.console.terms_reading import draft_of, terms_of
from counterfoil.console.terms_words import changes, told
from counterfoil.errors import NotFound, TermsChanged, TermsInvalid
from counterfoil.models import Product
from counterfoil.models.subject_kinds import subject_kinds
from counterfoil.operations.publish_terms import publish_terms
from counterfoil.queries.consents import documents
from counterfoil.queries.products import COUNTED_TO, VersionSeen, product_by_id, versions_of
from counterfoil.rules.permissions import Permission
from counterfoil.rules.terms import Terms
from counterfoil.rules.terms_checks import refuse_unsound


@staff_only(methods=("GET", "HEAD"))
def show_version(visit: Visit, product_id: UUID, version: int) -> HttpResponse:
    """Show one version of the terms, and in what it differs from the one before."""
    product = product_by_id(product_id)
    versions = {one.version: one for one in versions_of(product)}
    if version not in versions:
        raise NotFound("There is no such version.")
    before = versions.get(version - 1)
    context = {
        "section": "products",
        "product": product,
        "one": versions[version],
        "counted_to": COUNTED_TO,
        "told": told(versions[version].terms),
        "before": before,
        "changes": changes(before.terms, versions[version].terms) if before else (),
    }
    return show(visit, "terms_version", context)


@staff_only(Permission.MANAGE_PRODUCTS)
def write(visit: Visit, product_id: UUID) -> HttpResponse:
    """Ask what the next version promises; say what that would change; publish it."""
    product = product_by_id(product_id)
    newest = next(iter(versions_of(product)), None)
    held = newest.version if newest else 0
    if visit.request.method != "POST":
        draft = draft_of(newest.terms if newest else Terms())
        return _form(visit, product, newest, draft, {}, over=held)
    answers = visit.request.POST.dict()
    draft, over = posted(answers), _version(answers.get("instead_of", ""))
    if press := answers.get("press", ""):
        draft.change(press)
        return _form(visit, product, newest, draft, {}, over=over)
    if "back" in answers:
        return _form(visit, product, newest, draft, {}, over=over)
    try:
        terms = terms_of(draft)
        if "publish" not in answers:
            kinds = {*subject_kinds(), *([newest.terms.subject_kind] if newest else [])}
            refuse_unsound(terms, kinds=kinds, documents=documents())
            return _preview(visit, product, draft, terms, is_stale=over != held)
    except TermsInvalid as refusal:
        return _form(visit, product, newest, draft, dict(reversed(refusal.faults)), over=over)
    try:
        return _publish(visit, product, terms, over)
    except TermsChanged:
        return _preview(visit, product, draft, terms, is_stale=True)


def _publish(visit: Visit, product: Product, terms: Terms, over: int) -> HttpResponse:
    added = publish_terms(
        product_id=product.pk,
        terms=terms,
        instead_of=over,
        by=visit.operator,
        at=timezone.now(),
    )
    said = _("Version %(n)d holds for whatever is issued from now on.") % {"n": added.version}
    messages.success(visit.request, said, fail_silently=True)
    return redirect(url_of(product))


def _form(
    visit: Visit,
    product: Product,
    newest: VersionSeen | None,
    draft: Draft,
    faults: dict[str, str],
    *,
    over: int,
) -> HttpResponse:
    context = {
        "section": "products",
        "product": product,
        "newest": newest,
        "next": newest.version + 1 if newest else 1,
        "instead_of": over,
        "form": form_of(draft, faults, sorted(documents())),
        "lengths": [("fields", len(draft.fields)), *_lengths(draft)],
        "errors": faults,
    }
    return show(visit, "terms", context, status=409 if faults else 200)


def _preview(
    visit: Visit, product: Product, draft: Draft, terms: Terms, *, is_stale: bool = False
) -> HttpResponse:
    """Say what would change against the terms that hold at this moment."""
    versions = versions_of(product)
    newest = versions[0] if versions else None
    context = {
        "section": "products",
        "product": product,
        "newest": newest,
        "next": newest.version + 1 if newest else 1,
        "changes": changes(newest.terms if newest else Terms(), terms),
        "told": told(terms),
        "versions": [one for one in versions if one.kept_by],
        "counted_to": COUNTED_TO,
        "answers": draft.flat().items(),
        "is_stale": is_stale,
    }
    return show(visit, "terms_preview", context, status=409 if is_stale else 200)


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _lengths(draft: Draft) -> list[tuple[str, int]]:
    counted = [("steps", len(draft.steps))]
    return counted + [
        (f"steps.{at}.questions", len(step["questions"])) for at, step in enumerate(draft.steps)
    ]
