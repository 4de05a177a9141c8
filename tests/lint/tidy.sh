#!/usr/bin/env bash
# clang's thread-safety analysis and clang-tidy over the program's sources, two files at a time, preset `lint`.
#
#   tests/lint/tidy.sh                   all sources, the checks of tests/lint/tidy_checks.txt: some ten minutes
#   tests/lint/tidy.sh --full [FILE...]  every check of .clang-tidy: some thirty seconds a file
#   tests/lint/tidy.sh FILE...           the named files
#
# docs/decisions/0003-two-sets-of-tidy-checks.md says why there are two sets.
set -euo pipefail
cd "$(dirname "$0")/../.."
checks=$(paste -sd, tests/lint/tidy_checks.txt)
if [ "${1:-}" = --full ]; then checks=; shift; fi
mkdir -p build
cmake --preset lint >build/configure-lint.log 2>&1 || { cat build/configure-lint.log; exit 1; }
if [ $# -gt 0 ]; then
  files=("$@")
else
  # Tests are held by the compiler's warnings and by the sanitizers.
  mapfile -t files < <(git ls-files -- 'exporter/*.cc' 'collectors/*.cc' 'alerts/*.cc')
fi
check() {
  local out
  if ! out=$(clang-tidy-14 -p build/lint --quiet ${2:+"--checks=$2"} "$1" 2>/dev/null); then
    printf '%s\nclang-tidy refuses %s\n' "$out" "$1"
    return 1
  fi
}
export -f check
printf '%s\0' "${files[@]}" | xargs -0 -P 2 -I{} bash -c 'check "$1" "$2"' _ {} "$checks"
echo "clang-tidy holds for ${#files[@]} files"
