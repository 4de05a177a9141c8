#!/usr/bin/env bash
# The lints that need no build: layers, format, file sizes.
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 tests/lint/check_layers.py
python3 tests/lint/check_first_include.py
python3 tests/lint/check_sizes.py
git ls-files -- '*.cc' '*.h' | xargs clang-format-14 --dry-run --Werror
echo "format holds"
for script in $(git ls-files -- '*.sh' .ci/run); do bash -n "$script"; done
