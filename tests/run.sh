#!/usr/bin/env bash
# Installs what the tests need, builds the `dev` preset and runs every test through CTest.
#
#   tests/run.sh [--preset NAME] [CTEST OPTION...]
#
# Safe to run again. Servers (PostgreSQL, Redis, Prometheus, SMTP) are started by the tests themselves, on free
# ports of the loopback, and stopped by them.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
# shellcheck source=deploy/packages.sh
source deploy/packages.sh

preset=dev
if [ "${1:-}" = --preset ]; then preset=$2; shift 2; fi

# Checkouts in different folders share what the compiler cache holds.
export CCACHE_BASEDIR=$top CCACHE_NOHASHDIR=1

step() { printf '\n== %s\n' "$*"; }

step "packages"
install_missing "${SIDEWATCH_BUILD_PACKAGES[@]}" "${SIDEWATCH_TEST_PACKAGES[@]}"
step "CivetWeb"
deploy/civetweb.sh
step "build, preset $preset"
mkdir -p build
cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log"; exit 1; }
cmake --build --preset "$preset"
step "tests, preset $preset"
# Twice the cores: most of what they do is wait for servers.
ctest --preset "$preset" --parallel $((2 * $(nproc))) "$@"
