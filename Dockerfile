FROM node:22.20.0-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev
COPY script/assets.mjs script/
RUN node script/assets.mjs

FROM python:3.11.13-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 REDBAG_DATA=/data STATIC_ROOT=/app/static
RUN useradd --uid 10001 --create-home redbag && install -d -o redbag -g redbag /data /app/static
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=assets /app/redbag/static/vendor redbag/static/vendor
USER redbag
# Production settings refuse to start without keys: these last for this one command.
RUN key() { python -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"; } \
    && DATABASE_URL=sqlite:////tmp/none REDBAG_DATA=/tmp/build ALLOWED_HOSTS=build PUBLIC_URL=https://build \
       SECRET_KEY=$(key)$(key) LABEL_KEY=$(key) DATA_KEYS=$(key) JOURNAL_KEY=$(key) \
       python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py"]
