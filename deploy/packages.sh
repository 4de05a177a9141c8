#!/usr/bin/env bash
# The Debian packages that building and testing need: the only list. Sourced, never run.

SIDEWATCH_BUILD_PACKAGES=(
  g++ cmake ninja-build ccache pkg-config python3 dpkg-dev xz-utils ca-certificates
  libexpected-dev libfmt-dev libyaml-cpp-dev libcurl4-openssl-dev libssl-dev libcrypt-dev libsqlite3-dev libre2-dev
  nlohmann-json3-dev libcli11-dev libroaring-dev libhowardhinnant-date-dev libpq-dev libhiredis-dev
  prometheus-cpp-dev libarchive-dev zlib1g-dev libzstd-dev
)
SIDEWATCH_TEST_PACKAGES=(
  libgtest-dev libgmock-dev libbenchmark-dev
  clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev lld git
  postgresql redis-server nginx-light prometheus prometheus-alertmanager python3-aiosmtpd python3-yaml curl openssl
)
# What tests/bench/rss measures beside sidewatch, besides prometheus and prometheus-alertmanager.
SIDEWATCH_BENCH_PACKAGES=(
  prometheus-node-exporter prometheus-postgres-exporter prometheus-redis-exporter prometheus-blackbox-exporter mtail
)
# What the binary is linked with, and what it reads: certificates of the authorities, time zones.
SIDEWATCH_RUNTIME_PACKAGES=(
  libstdc++6 libfmt9 libyaml-cpp0.7 libcurl4 libssl3 libcrypt1 libsqlite3-0 libre2-9 libroaring0 libdate-tz3 libpq5
  libhiredis0.14 libprometheus-cpp-core1.0 libarchive13 zlib1g libzstd1 ca-certificates tzdata
)
SIDEWATCH_DEMO_PACKAGES=(postgresql redis-server nginx-light openssl python3-aiosmtpd)

# install_missing PACKAGE...: installs those that are not there, says which, and uses sudo only if it must.
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "error: these packages are missing and sudo is not there: ${missing[*]}" >&2
      echo "       as root, run: apt-get install ${missing[*]}" >&2; return 1; }
    as_root=(sudo)
  fi
  echo "installing from the distribution: ${missing[*]}"
  # A server's package starts its service unless policy-rc.d says no. What needs a server here starts its own.
  local policy=/usr/sbin/policy-rc.d ours=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    ours=yes
  fi
  local log ended=0
  log=$(mktemp)
  { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || ended=$?
  [ -z "$ours" ] || "${as_root[@]}" rm -f "$policy"
  if [ "$ended" -ne 0 ]; then
    tail -n 20 "$log" >&2
    echo "error: apt-get could not install the packages (is a Debian mirror reachable?); the whole log is in $log" >&2
    return 1
  fi
  rm -f "$log"
}
