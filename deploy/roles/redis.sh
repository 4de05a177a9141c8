#!/usr/bin/env bash
# Makes the user that sidewatch needs on a running Redis: it may ask for statistics and settings, and read no key.
#
#   SIDEWATCH_REDIS_PASSWORD=… deploy/roles/redis.sh [redis-cli option]...
#
# It may write nothing. One of its rights is wider than its use: +config|get is for maxclients and maxmemory, but Redis grants it for all
# parameters or for none, so that whoever has this password can read requirepass and masterauth, too. SIDEWATCH_REDIS_CONFIG=no leaves it out;
# then redis_config_* are absent and RedisConnectionsHigh is blind.
set -euo pipefail
: "${SIDEWATCH_REDIS_PASSWORD:?set it to the password that the user is to have}"
# Through standard input: an argument would be seen in the list of processes.
rules='reset on resetkeys -@all +info +ping +select +client|setname +client|id +config|get +slowlog|get +slowlog|len +latency|latest +latency|histogram +latency|history'
[ "${SIDEWATCH_REDIS_CONFIG:-yes}" != no ] || rules=${rules/ +config|get/}
answer=$(printf 'ACL SETUSER sidewatch %s ">%s"\n' "$rules" "$SIDEWATCH_REDIS_PASSWORD" | redis-cli "$@")
[ "$answer" = OK ] || { echo "error: Redis says: $answer" >&2; exit 1; }
echo "the user sidewatch is there; 'ACL SAVE' or 'CONFIG REWRITE' keeps it over a restart"
