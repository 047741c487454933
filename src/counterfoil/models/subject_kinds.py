"""The configured subject kinds."""

import json
from functools import lru_cache

from counterfoil.conf import conf
from counterfoil.rules.subject_declarations import read_kinds
from counterfoil.rules.subjects import SubjectKind, kind_of_terms
from counterfoil.rules.terms import Terms


def subject_kinds() -> dict[str, SubjectKind]:
    """Give the kinds that are declared, by name; a system check tells what is wrong with one."""
    return _read(json.dumps(conf.SUBJECT_KINDS, default=dict))


def kind_for(terms: Terms) -> SubjectKind:
    """Give the kind of subject that terms ask for, whether declared or with their own questions."""
    return kind_of_terms(terms, subject_kinds())


@lru_cache(maxsize=4)
def _read(setting: str) -> dict[str, SubjectKind]:
    return read_kinds(json.loads(setting))
