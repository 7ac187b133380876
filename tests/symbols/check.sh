#!/usr/bin/env bash
# check.sh NM static|shared LIBRARY HEADER
set -euo pipefail
nm=$1 kind=$2 library=$3 header=$4

dynamic=()
if [[ $kind == shared ]]; then dynamic=(--dynamic); fi
list() { "$nm" ${dynamic[@]+"${dynamic[@]}"} --format=posix "$@" "$library" | awk 'NF >= 2 && $2 ~ /^.$/ {print $1, $2}'; }

shown=$(list --extern-only --defined-only | awk '{print $1}' | sort -u)
declared=$(tr '\n' ' ' <"$header" | sed 's|/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/| |g' |
    grep -oE 'CANDOR_API [^;(]*\(' | grep -oE 'candor_[a-z0-9_]+ *\($' | tr -d ' (' | sort -u)

rc=0
report() {
    [[ -z $2 ]] && return
    printf '%s:\n%s\n' "$1" "$(sed 's/^/    /' <<<"$2")"
    rc=1
}
report 'shown, and not candor_*' "$(grep -v '^candor_' <<<"$shown" || true)"
report 'shown, and not declared in candor.h' "$(comm -23 <(grep '^candor_' <<<"$shown") <(echo "$declared"))"
report 'declared in candor.h, and not there' "$(comm -13 <(echo "$shown") <(echo "$declared"))"
# What is asked of others must be theirs to give: nothing of the private copies, nothing that carries process-wide state.
report 'asked of the host' "$(list --undefined-only | awk '{print $1}' |
    grep -E 'nlohmann|ImGui|ImDraw|ImFont|^(setlocale|signal|sigaction|srand|srandom|setenv|putenv|unsetenv|atexit|chdir|umask|curl_global_init|sqlite3_config|sqlite3_initialize|sqlite3_shutdown|sqlite3_enable_shared_cache)(@|$)' || true)"

echo "$(wc -l <<<"$shown") symbols shown, $(wc -l <<<"$declared") declared"
exit $rc
