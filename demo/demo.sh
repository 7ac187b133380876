#!/usr/bin/env bash
# The demo, over what `./dev demo` has built: with --check the whole story, played and verified; with `gallery` contact sheets of
# the card in all its looks; without, the servers, left up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${CANDOR_NATIVE_DIR:?run ./dev demo}" "${CANDOR_WASM_DIR:?run ./dev demo}"

if [[ ${1:-} == --check ]]; then
    shift
    exec node tests/e2e/demo.mjs "$@"
fi

if [[ ${1:-} == gallery ]]; then
    "$CANDOR_NATIVE_DIR/tests/gallery/candor_gallery" sheets build/gallery
    node tests/gallery/sheets.mjs build/gallery
    echo "Contact sheets: $PWD/build/gallery"
    exit
fi

data=${CANDOR_DEMO_DATA:-build/demo/data}
mkdir -p "$data" "$data/java"
"$CANDOR_NATIVE_DIR/platform/cli/candor" build demo/surveys/shop.json --out "$data/surveys" >/dev/null
port=${CANDOR_DEMO_PORT:-8080}
collector_port=${CANDOR_COLLECTOR_PORT:-8787}
collector=http://127.0.0.1:$collector_port

trap 'kill 0' EXIT
"$CANDOR_NATIVE_DIR/demo/collector/candor-collector" --database "$data/collector.db" --write-key demo --port "$collector_port" \
    --allow-origin "http://127.0.0.1:$port" >/dev/null &
node demo/web/serve.mjs --port "$port" --collector "$collector" --surveys "$data/surveys" --wasm "$CANDOR_WASM_DIR/web" >/dev/null &

shop="$CANDOR_NATIVE_DIR/demo/desktop/candor_shop --document demo/surveys/shop.json --endpoint $collector/v1/events --write-key demo --storage $data/desktop"
java="java -Dcandor.library=$CANDOR_NATIVE_DIR/platform/android/libcandor_jni.so -cp $CANDOR_NATIVE_DIR/platform/android/candor.jar:$CANDOR_NATIVE_DIR/demo/java/shop.jar Shop --document demo/surveys/shop.json --endpoint $collector/v1/events --write-key demo --storage $data/java"
cat <<TEXT

  The shop          http://127.0.0.1:$port/     click "Buy"; two seconds later the card asks
  The dashboard     $collector/     what the answers come to, live
  The desktop shop  $shop
  The Java shop     $java
                    type: buy

  Sign in as somebody else to be asked again. Ctrl-C ends it.
TEXT
if [[ -n ${DISPLAY:-} ]]; then $shop & fi
wait
