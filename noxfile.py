"""The tests at both ends of what is supported; ``make test`` runs them somewhere in between."""

import nox

nox.options.default_venv_backend = "venv"

ENDS = [("3.11", "5.2"), ("3.13", "6.1")]


@nox.session
@nox.parametrize(("python", "django"), ENDS, ids=[f"django-{django}" for _, django in ENDS])
def tests(session: nox.Session, django: str) -> None:
    """Run the tests on one Python and one Django; what follows ``--`` is for pytest."""
    session.install("--upgrade", "pip>=25.1")  # the first that knows dependency groups
    session.install("--editable", ".[server]", "--group", "test", f"Django~={django}.0")
    session.run("pytest", "-n", "2", *session.posargs)
