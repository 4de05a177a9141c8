#!/bin/sh
# For /docker-entrypoint-initdb.d of the official image: the role of postgres.sql in the application's database.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/sidewatch_password)" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -f /usr/share/sidewatch/postgres.sql
