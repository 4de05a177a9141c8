#!/usr/bin/env bash
# clang's thread-safety analysis and clang-tidy over the program's sources, two units at a time, preset `lint`.
#
#   tests/lint/tidy.sh                   all sources, the checks of tests/lint/tidy_checks.txt
#   tests/lint/tidy.sh --full [FILE...]  every check of .clang-tidy: a minute a unit
#   tests/lint/tidy.sh FILE...           the units that the named files are in
#
# A unit that was clean is not read again until a source or header of ours in it, or the checks change.
# docs/decisions/0003-two-sets-of-tidy-checks.md says why there are two sets.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build
cmake --preset lint >build/configure-lint.log 2>&1 || { cat build/configure-lint.log; exit 1; }
exec python3 tests/lint/tidy.py "$@"
