# Sourced by script/test and script/bench: a throw-away PostgreSQL and Redis on free ports, gone when the script ends.

free_port() { .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# PostgreSQL refuses to run as root.
as_plain_user() { if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi; }

find_postgres() { # prints the folder of initdb and pg_ctl
  local folder
  for folder in $(dirname "$(command -v initdb || echo .)") /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin \
    .venv/lib/python3.*/site-packages/pgserver/pginstall/bin; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && (cd "$folder" && pwd) && return
  done
  return 1
}

install_services() { # [chromium]: what is missing, from Debian when root, else what PyPI has
  local missing=()
  find_postgres >/dev/null || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  [ "${1:-}" != chromium ] || command -v chromium >/dev/null || missing+=(chromium fonts-liberation)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "-- installing ${missing[*]}" >&2
    apt-get update -qq
    # In run level 1 Debian does not start the servers it installs.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || true
  elif ! find_postgres >/dev/null; then
    echo "-- installing PostgreSQL from PyPI" >&2
    .venv/bin/python -m pip install -q pgserver==0.1.4 || true
  fi
}

start_services() { # exports DATABASE_URL, BROKER_URL and CACHE_URL, or returns 1 and names what is missing
  local bin port
  SERVICES=$(mktemp -d "${TMPDIR:-/tmp}/redbag-services.XXXXXX")
  chmod 711 "$SERVICES"
  bin=$(find_postgres) || { echo "PostgreSQL was not found: apt-get install postgresql." >&2; return 1; }
  command -v redis-server >/dev/null || { echo "Redis was not found: apt-get install redis-server." >&2; return 1; }

  port=$(free_port)
  mkdir "$SERVICES/postgres"
  [ "$(id -u)" != 0 ] || chown nobody "$SERVICES/postgres"
  as_plain_user "$bin/initdb" -D "$SERVICES/postgres/data" -U redbag -A trust -E UTF8 --no-locale --no-sync >/dev/null
  as_plain_user "$bin/pg_ctl" start -s -w -D "$SERVICES/postgres/data" -l "$SERVICES/postgres/log" -o "-p $port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=$SERVICES/postgres -c max_connections=200 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  # The service is no superuser: PostgreSQL's policies on rows do not hold those.
  .venv/bin/python -c "
import psycopg
with psycopg.connect('postgres://redbag@127.0.0.1:$port/postgres', autocommit=True) as database:
    database.execute('CREATE ROLE service LOGIN CREATEDB')
    database.execute('CREATE DATABASE service OWNER service')"
  export DATABASE_URL="postgres://service@127.0.0.1:$port/service"

  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$SERVICES" >"$SERVICES/redis.log" 2>&1 &
  REDIS=$!
  export BROKER_URL="redis://127.0.0.1:$port/0" CACHE_URL="redis://127.0.0.1:$port/1"
}

stop_services() {
  [ -n "${SERVICES:-}" ] || return 0
  [ ! -d "$SERVICES/postgres/data" ] || as_plain_user "$(find_postgres)/pg_ctl" stop -s -m immediate -D "$SERVICES/postgres/data" || true
  [ -z "${REDIS:-}" ] || { kill "$REDIS" && wait "$REDIS"; } 2>/dev/null || true
  rm -rf "$SERVICES"
  SERVICES=
}
