#!/bin/sh
# Runs every fuzzer for some seconds, each from its corpus in the tree: run.sh [SECONDS, 60] [NAME…]
# Exit 1 if one found something; the input that did it is named and kept in build/fuzz/findings. FUZZ_JOBS run at once (one).
#
#   cmake --preset fuzz && cmake --build --preset fuzz --target fuzzers
set -u
# Freed memory that the address sanitizer keeps counts for the limit below.
export ASAN_OPTIONS="${ASAN_OPTIONS:-quarantine_size_mb=32}"
cd "$(dirname "$0")/../.." || exit 2
seconds=${1:-60}
[ $# -gt 0 ] && shift
build=${FUZZ_BUILD:-build/fuzz}
jobs=${FUZZ_JOBS:-1}
mkdir -p "$build/findings" "$build/grown"
rm -f "$build"/findings/*.failed

fuzz() {
  folder=$1
  name=$(basename "$folder")
  program=$(find "$build" -type f -name "fuzz_$name" | head -n 1)
  if [ -z "$program" ]; then
    echo "fuzz_$name is not built: cmake --build --preset fuzz --target fuzzers" >&2
    touch "$build/findings/$name.failed"
    return
  fi
  words=
  [ -f "$folder/tokens.dict" ] && words=-dict=$folder/tokens.dict
  mkdir -p "$build/grown/$name"
  log=$build/findings/$name.log
  # 256 MiB and half a minute an input, of which others may have most: what needs more has no bound.
  if "$program" -max_total_time="$seconds" -rss_limit_mb=512 -malloc_limit_mb=256 -timeout=30 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$name-" ${words:+"$words"} "$build/grown/$name" "$folder/corpus" >"$log" 2>&1; then
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s, nothing found"
  else
    echo "$name: FOUND something, see $log:" >&2
    grep -m 3 -E 'BUG:|ERROR:|Test unit written|SUMMARY' "$log" >&2
    touch "$build/findings/$name.failed"
  fi
}

running=0
for corpus in tests/fuzz/*/corpus; do
  folder=$(dirname "$corpus")
  case " $* " in "  " | *" $(basename "$folder") "*) ;; *) continue ;; esac
  if [ "$running" -ge "$jobs" ]; then
    wait
    running=0
  fi
  fuzz "$folder" &
  running=$((running + 1))
done
wait
! ls "$build"/findings/*.failed >/dev/null 2>&1
