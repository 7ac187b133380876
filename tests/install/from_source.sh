#!/usr/bin/env bash
# from_source.sh CMAKE SOURCE WORK: builds the project in app/ with Candor's sources for WebAssembly, and runs it.
set -euo pipefail
cmake=$1 source=$2 work=$3
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$work"
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
# Each target's sources at once: that each compiles by itself is seen by the wasm build.
emcmake "$cmake" -G Ninja -S "$here/app" -B "$work/build" -DCANDOR_SOURCE="$source" \
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=16 \
    ${launcher[@]+"${launcher[@]}"} >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; exit 1; }
"$cmake" --build "$work/build" --target app
node "$work/build/app.js"
