#!/usr/bin/env bash
# installed.sh CMAKE BUILD WORK: installs BUILD into WORK, moves it, and builds and runs the project in app/ against it.
set -euo pipefail
cmake=$1 build=$2 work=$3
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$work" && mkdir -p "$work"
"$cmake" --install "$build" --component sdk --prefix "$work/first" >/dev/null
mv "$work/first" "$work/prefix" # a package must not depend on where it was installed first

if grep -rIl --include='*.cmake' -e "$build" -e "$(cd "$here/../.." && pwd)" "$work/prefix"; then
    echo 'the files above name the source or build directory'
    exit 1
fi

for library in candor shared; do
    "$cmake" -G Ninja -S "$here/app" -B "$work/$library" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_PREFIX_PATH="$work/prefix" -DLIBRARY="candor::$library" >"$work/$library.log" 2>&1 ||
        { cat "$work/$library.log"; exit 1; }
    "$cmake" --build "$work/$library"
    mkdir -p "$work/storage-$library"
    "$work/$library/app" "$work/storage-$library"
done

# The headers stand alone, in C99 and in C++17.
printf '#include <candor/candor.h>\nint main(void) { return CANDOR_OK; }\n' >"$work/plain.c"
cc -std=c99 -Wall -Wextra -Wpedantic -Werror -I"$work/prefix/include" -c "$work/plain.c" -o "$work/plain.o"
printf '#include <candor/candor.hpp>\nint main() { return candor::viewed({}).size() == 0 ? 0 : 1; }\n' >"$work/plain.cpp"
c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$work/prefix/include" -c "$work/plain.cpp" -o "$work/plain2.o"
# candor_imgui.h beside a Dear ImGui, where this machine has one.
if flags=$(pkg-config --cflags imgui 2>/dev/null); then
    printf '#include <candor/candor_imgui.h>\nint main() { return candor::imgui::Frame().mouse ? 1 : 0; }\n' >"$work/imgui.cpp"
    # shellcheck disable=SC2086
    c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$work/prefix/include" ${flags//-I/-isystem } -c "$work/imgui.cpp" \
        -o "$work/imgui.o"
fi
test -f "$work/prefix/include/candor/candor_imgui.h"
