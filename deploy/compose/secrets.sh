#!/usr/bin/env bash
# Makes the passwords and the certificate of the compose example, once: deploy/compose/secrets/ is not committed.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p secrets
word() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }
if [ ! -e secrets/redis_acl ]; then
  word >secrets/postgres_password
  word >secrets/sidewatch_password
  password=$(cat secrets/sidewatch_password)
  printf 'postgres://sidewatch:%s@postgres/shop?sslmode=disable' "$password" >secrets/sidewatch_dsn
  rules=$(sed -n "s/^rules='\(.*\)'$/\1/p" ../roles/redis.sh)
  printf 'user default on nopass ~* &* +@all\nuser sidewatch on >%s %s\n' "$password" "${rules#reset on }" >secrets/redis_acl
fi
if [ ! -e secrets/shop.crt ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=shop.example -addext subjectAltName=DNS:shop.example,DNS:localhost \
    -keyout secrets/shop.key -out secrets/shop.crt 2>/dev/null ||
    { echo "error: openssl cannot make the certificate of the example (is the package openssl installed?)" >&2; exit 1; }
fi
# Bind-mounted as they are, read by the services' own users: the folder is what keeps others out.
chmod 700 secrets
chmod 644 secrets/*
echo "deploy/compose/secrets/ is complete"
