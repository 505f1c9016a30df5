#!/bin/sh
# Runs once, on an empty volume: the service's own role, which is no superuser and cannot look past the guards of rows.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$SERVICE_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE redbag LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE DATABASE redbag OWNER redbag;
REVOKE ALL ON DATABASE redbag FROM PUBLIC;
SQL
