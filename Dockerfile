# The service in a container: `docker compose up`. EXTRA=cuda brings NVIDIA's libraries along.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /semblance
COPY . .
ARG EXTRA=""
RUN uv sync --locked --no-default-groups --no-editable ${EXTRA:+--extra ${EXTRA}}

FROM python:3.13-slim
COPY --from=build /semblance/.venv /semblance/.venv
ENV PATH=/semblance/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 8484 semblance && install -d -o semblance /models /data
USER semblance
EXPOSE 8484
HEALTHCHECK --interval=10s --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8484/readyz', timeout=3)"]
CMD ["semblance", "serve", "--host", "0.0.0.0"]
