#!/usr/bin/env bash
# clang-tidy over all of our sources (or those named), two at a time, by the preset `lint`.
#
#   tests/lint/tidy.sh [FILE.cc ...]
#
# A file whose preprocessed text passed before is not looked at again: its hash stands in build/lint/tidy.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/lint/tidy
cmake --preset lint >build/configure-lint.log 2>&1 || { cat build/configure-lint.log; exit 1; }
if [ $# -eq 0 ]; then
  # Tests are held by the compiler's warnings and the sanitizers; the program also by clang-tidy.
  mapfile -t files < <(git ls-files -- 'exporter/*.cc' 'collectors/*.cc' 'alerts/*.cc')
else
  files=("$@")
fi
# The generated headers must be there before clang reads the sources.
cmake --build build/lint --target generated >/dev/null 2>&1 || true

check() {
  local file=$1 key
  key=build/lint/tidy/$(cat .clang-tidy "$file" $(git ls-files -- '*.h') | sha256sum | cut -c1-32)
  [ -e "$key" ] && return 0
  if clang-tidy-14 -p build/lint --quiet "$file" 2>/dev/null >"$key.log"; then
    touch "$key"; rm -f "$key.log"
  else
    cat "$key.log"; rm -f "$key.log"
    echo "clang-tidy: $file" >&2
    return 1
  fi
}
export -f check
printf '%s\n' "${files[@]}" | xargs -P 2 -I{} bash -c 'check {}'
echo "clang-tidy holds for ${#files[@]} files"
