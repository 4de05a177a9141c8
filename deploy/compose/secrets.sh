#!/usr/bin/env bash
# Makes the passwords of the compose example, once: deploy/compose/secrets/ is not committed.
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
# Bind-mounted as they are, read by the services' own users: the folder is what keeps others out.
chmod 700 secrets
chmod 644 secrets/*
echo "deploy/compose/secrets/ is complete"
