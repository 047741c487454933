# syntax=docker/dockerfile:1
# One image for everything that runs: `up`, `worker` and `migrate` are commands of it.

FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /source
RUN python -m venv /opt/counterfoil
COPY requirements/ci.txt requirements/ci.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/counterfoil/bin/pip install --constraint requirements/ci.txt '.[server,metrics,telemetry]'
# Collected once here, so that a container serves files it cannot change. The secrets are for
# this command alone; nothing of them is kept.
RUN SECRET_KEY=building DEBUG=1 STATIC_ROOT=/opt/static \
    /opt/counterfoil/bin/counterfoil manage collectstatic --noinput --skip-checks

FROM python:3.13-slim-bookworm
ENV PATH=/opt/counterfoil/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/opt/static \
    LOG_FORMAT=json
RUN groupadd --system --gid 10001 counterfoil \
    && useradd --system --uid 10001 --gid counterfoil --home-dir /nonexistent counterfoil
COPY --from=build /opt/counterfoil /opt/counterfoil
COPY --from=build /opt/static /opt/static
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["counterfoil"]
CMD ["up", "--host", "0.0.0.0", "--port", "8000"]
