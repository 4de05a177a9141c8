#!/usr/bin/env bash
# From a checkout to a running sidewatch in one command, on Debian 12.
#
#   deploy/quickstart.sh               install what is missing, build, start with zero configuration
#   deploy/quickstart.sh --build-only  stop after the build: build/release/sidewatch
#   deploy/quickstart.sh --demo        start a throw-away shop (PostgreSQL, Redis, nginx, an application, backups) and a
#                                      sink for Slack and e-mail, and play six incidents in under two minutes, each until
#                                      it is told, mended and told to be over; --demo --once ends after that
#   deploy/quickstart.sh -- FLAG...    hand flags to `sidewatch run`
#
# Safe to run again. DATABASE_URL and REDIS_URL, if set, are watched at once.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
# shellcheck source=deploy/packages.sh
source deploy/packages.sh

mode=run once=()
while [ $# -gt 0 ]; do
  case $1 in
    --build-only) mode=build ;;
    --demo) mode=demo ;;
    --once) once=(--once) ;;
    -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --) shift; break ;;
    *) echo "error: unknown option $1 (try --help)" >&2; exit 2 ;;
  esac
  shift
done

current="the start"
cure="the lines above say what went wrong"
trap 'code=$?; [ $code -eq 0 ] || printf "\nerror: %s failed. What to do: %s\n" "$current" "$cure" >&2' EXIT
begin=$SECONDS
step() {
  current=$1 cure=$2
  printf '\n[%3d s] %s\n' $((SECONDS - begin)) "$1"
}

step "installing packages" "check that a Debian mirror is reachable and that you are root or may use sudo"
packages=("${SIDEWATCH_BUILD_PACKAGES[@]}")
[ "$mode" = demo ] && packages+=("${SIDEWATCH_DEMO_PACKAGES[@]}")
install_missing "${packages[@]}"

step "building CivetWeb from the distribution's source package" "check that the mirror offers source packages"
mkdir -p build
deploy/civetweb.sh

step "building sidewatch, preset release (some minutes the first time)" "run 'cmake --build --preset release' to see the whole error"
cmake --preset release >build/configure-release.log 2>&1 || { tail -n 20 build/configure-release.log >&2; exit 1; }
cmake --build --preset release
printf '\n[%3d s] built: %s\n' $((SECONDS - begin)) "$top/build/release/sidewatch"
[ "$mode" = build ] && exit 0

if [ "$mode" = demo ]; then
  step "starting the demo" "look at the logs that it names"
  exec /usr/bin/python3 deploy/demo/demo.py --binary build/release/sidewatch "${once[@]}"
fi

step "starting sidewatch" "is the port taken? choose another: deploy/quickstart.sh -- --web.listen-address=:9900"
cat <<TXT
  page      http://localhost:9847/
  metrics   http://localhost:9847/metrics
  queries   http://localhost:9847/api/v1/query?query=up
  watched   this host and sidewatch itself${DATABASE_URL:+, PostgreSQL (DATABASE_URL)}${REDIS_URL:+, Redis (REDIS_URL)}
  data      ${XDG_STATE_HOME:-$HOME/.local/state}/sidewatch     stop with Ctrl-C
TXT
exec build/release/sidewatch run --storage.path="${XDG_STATE_HOME:-$HOME/.local/state}/sidewatch" "$@"
