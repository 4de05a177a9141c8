#!/usr/bin/env bash
# Every header compiles alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --preset dev >build/configure-dev.log 2>&1 || { cat build/configure-dev.log; exit 1; }
cmake --build --preset dev --target all_verify_interface_header_sets
