#!/usr/bin/env bash
# Builds the fuzzers and runs all of them at once for a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build
# The few folders that they call, not all of them in big units.
SIDEWATCH_UNITY=OFF cmake --preset fuzz >build/configure-fuzz.log 2>&1 || { cat build/configure-fuzz.log; exit 1; }
cmake --build --preset fuzz --target fuzzers
FUZZ_JOBS=$(ls -d tests/fuzz/*/ | wc -l) tests/fuzz/run.sh 60
