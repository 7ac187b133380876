#!/usr/bin/env bash
# compiles.sh CANDOR_INCLUDE IMGUI_DIRECTORY...: candor_imgui.h compiles with every compiler that is there, against each
# Dear ImGui, in several configurations of it, without a warning.
set -euo pipefail
include=$1
shift

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/host.cpp" <<'CPP'
#include <candor/candor_imgui.h>
#include <candor/candor_imgui.h>
candor::imgui::Frame host(candor_client client, const candor::imgui::Host& functions) {
    candor::imgui::Card card(functions);
    card.enter();
    const candor::imgui::Frame frame = card.frame(client, {});
    card.presented(client);
    card.release_textures();
    return frame;
}
CPP
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
configurations=(
    -std=c++17
    '-std=c++20 -DIMGUI_DISABLE_OBSOLETE_FUNCTIONS -DIMGUI_USE_WCHAR32 -DIMGUI_USE_BGRA_PACKED_COLOR'
    '-std=c++17 -fno-exceptions -fno-rtti -DImDrawIdx=unsigned'
)
count=0
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    for imgui in "$@"; do
        for configuration in "${configurations[@]}"; do
            # shellcheck disable=SC2086
            "$compiler" "${warnings[@]}" $configuration -I"$include" -isystem "$imgui" -fsyntax-only "$work/host.cpp" ||
                { echo "with $compiler $configuration, ImGui of $imgui"; exit 1; }
            count=$((count + 1))
        done
    done
done
echo "$count ways to compile it"
((count >= 3))
