# One image for web and worker: `survey web` and `survey work` (compose.yaml), or `survey serve`.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /app/.venv
COPY pyproject.toml constraints.txt ./
# Only what the service runs on, and before its own code, so that a change of code is a small layer.
RUN mkdir survey && touch survey/__init__.py \
    && .venv/bin/pip install --no-cache-dir --only-binary :all: --constraint constraints.txt --editable '.[redis,pack]'

FROM python:3.13-slim
# What board packs are laid out with, and the letters they are set in.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 survey \
    && mkdir -p /app/instance /tmp/survey-metrics \
    && chown survey /app/instance /tmp/survey-metrics
WORKDIR /app
COPY --from=build /app /app
COPY survey survey
COPY migrations migrations
COPY wsgi.py ./
ENV PATH="/app/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PROMETHEUS_MULTIPROC_DIR=/tmp/survey-metrics
USER survey
EXPOSE 8000
CMD ["survey", "serve", "--host", "0.0.0.0"]
