#!/usr/bin/env bash
# Builds the program and the tests of its threads and bytes under a sanitizer and runs them, the real servers included.
#
#   tests/lint/sanitize.sh asan|tsan
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=$1
mkdir -p build
cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log"; exit 1; }
cmake --build --preset "$preset" --target sidewatch exporter_scrape_test exporter_state_test exporter_tsdb_test \
  collectors_host_test
# Instrumented programs are several times slower, and the tests only wait as long when something is wrong.
export SIDEWATCH_TEST_PATIENCE=120 SIDEWATCH_STOP_SECONDS=10
ctest --preset "$preset" --parallel $((2 * $(nproc))) -R '^(exporter/(scrape|state|tsdb)|collectors/host|integration/(story|crash|faults|process))$'
