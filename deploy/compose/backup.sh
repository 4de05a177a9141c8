#!/usr/bin/env bash
# The shop's backup: a dump at 02:00 UTC each day, and at the start if that of the last 02:00 is missing. Thirty days are kept.
#
#   deploy/compose/backup.sh [--once]       PGHOST… and PGPASSWORD_FILE say what is dumped, BACKUP_FOLDER where to
set -euo pipefail
folder=${BACKUP_FOLDER:-/backups}
PGPASSWORD=$(cat "$PGPASSWORD_FILE")
export PGPASSWORD
while :; do
  # The day that the last 02:00 belongs to: the name that sidewatch expects.
  day=$(date -u -d '2 hours ago' +%Y%m%d)
  dump=$folder/$day/database.backup
  if [ ! -e "$dump" ]; then
    mkdir -p "$folder/$day"
    # Under its name only when it is complete.
    if pg_dump --format=custom --file="$dump.part" && mv "$dump.part" "$dump"; then
      echo "$dump is complete"
      find "$folder" -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -r {} +
    else
      [ "${1:-}" != --once ] || exit 1
      echo "the dump failed; again in a minute" >&2
      sleep 60
      continue
    fi
  fi
  [ "${1:-}" != --once ] || exit 0
  sleep $((86400 - ($(date -u +%s) - 7200) % 86400))
done
