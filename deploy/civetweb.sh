#!/usr/bin/env bash
# Builds CivetWeb as a static library into build/civetweb.
#
# The distribution's binary cannot do TLS with OpenSSL 3 (it looks up SSL_get_peer_certificate by name, which
# OpenSSL 3 no longer exports) and has no IPv6, so this takes the distribution's own *source* package and sets
# the right switches; SOCKET_TIMEOUT_QUANTUM is how many milliseconds stopping may take (2000 unless said). The
# machine's apt configuration stays as it is: deb-src lines live in a private folder.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/build/civetweb
flags="NO_SSL_DL OPENSSL_API_3_0 USE_IPV6 USE_WEBSOCKET USE_X_DOM_SOCKET USE_ZLIB NO_CGI NO_FILES NO_CACHING SOCKET_TIMEOUT_QUANTUM=250"
[ -f "$out/libcivetweb.a" ] && [ "$(cat "$out/flags" 2>/dev/null)" = "$flags" ] && exit 0

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/sources" "$work/lists/partial" "$out/include"
chmod 755 "$work" "$work/lists"
for file in /etc/apt/sources.list.d/*.sources; do
  [ -e "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$work/sources/$(basename "$file")"
done
if [ -s /etc/apt/sources.list ]; then
  sed -n 's/^deb \(.*\)/deb-src \1/p' /etc/apt/sources.list >"$work/sources/main.list"
fi
apt=(-q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/sources" -o "Dir::State::lists=$work/lists")
cd "$work"
if ! { apt-get "${apt[@]}" update && apt-get "${apt[@]}" source civetweb; } >"$work/log" 2>&1; then
  tail -n 20 "$work/log" >&2
  echo "error: the source package civetweb could not be fetched; is a Debian mirror reachable?" >&2
  exit 1
fi
cd civetweb-*/
defines=(); for flag in $flags; do defines+=("-D$flag"); done
cc -w -O2 -g1 -fPIC -fstack-protector-strong -Iinclude "${defines[@]}" -c src/civetweb.c -o civetweb.o
ar rcs "$out/libcivetweb.a" civetweb.o
cp include/civetweb.h "$out/include/"
echo "$flags" >"$out/flags"
