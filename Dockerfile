# CloudTune in a container: small, locked by hash, not root.
#   docker build -t cloudtune .
#   docker run --rm -v "$PWD:/forecasts" --user "$(id -u)" cloudtune run
FROM python:3.12-slim AS build
COPY requirements.lock /src/
RUN python -m venv /opt/cloudtune \
    && /opt/cloudtune/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /src/requirements.lock
COPY pyproject.toml README.md LICENSE /src/
COPY cloudtune /src/cloudtune
COPY templates /src/templates
COPY schema /src/schema
RUN /opt/cloudtune/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps /src

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --home-dir /tmp --uid 10001 cloudtune \
    && git config --system --add safe.directory /forecasts
COPY --from=build /opt/cloudtune /opt/cloudtune
ENV PATH=/opt/cloudtune/bin:$PATH
USER 10001
WORKDIR /forecasts
ENTRYPOINT ["cloudtune"]
CMD ["--help"]
