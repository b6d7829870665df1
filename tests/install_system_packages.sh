#!/bin/sh
# Installs what the end-to-end tests need from Debian (tests/system-packages.txt), or says what is missing.
# Everything there: says nothing, changes nothing. Root with apt-get: installs. Otherwise one line, and the
# tests that need the packages skip; with CI set a missing package is an error.
set -eu

list="$(dirname "$0")/system-packages.txt"
wanted=$(sed 's/#.*//' "$list")

missing() {
    for package in $wanted; do
        state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

lacking=$(missing)
[ -n "$lacking" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the end-to-end tests: $lacking"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # the list is meant to be split into words
    if { apt-get update && apt-get install --yes --no-install-recommends $lacking; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    lacking=$(missing)
fi

echo "End-to-end tests lack these Debian packages: ${lacking}(apt-get install --no-install-recommends $lacking)" >&2
[ -z "${CI:-}" ]
