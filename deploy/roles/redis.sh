#!/usr/bin/env bash
# Makes the user that sidewatch needs on a running Redis: it may ask for statistics and settings, and read no key.
#
#   SIDEWATCH_REDIS_PASSWORD=… deploy/roles/redis.sh [redis-cli option]...
set -euo pipefail
: "${SIDEWATCH_REDIS_PASSWORD:?set it to the password that the user is to have}"
# Through standard input: an argument would be seen in the list of processes.
rules='reset on resetkeys -@all +info +ping +select +client|setname +client|id +config|get +slowlog|get +slowlog|len +latency|latest +latency|histogram +latency|history'
answer=$(printf 'ACL SETUSER sidewatch %s ">%s"\n' "$rules" "$SIDEWATCH_REDIS_PASSWORD" | redis-cli "$@")
[ "$answer" = OK ] || { echo "error: Redis says: $answer" >&2; exit 1; }
echo "the user sidewatch is there; 'ACL SAVE' or 'CONFIG REWRITE' keeps it over a restart"
