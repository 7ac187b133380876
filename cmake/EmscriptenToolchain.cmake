# Finds the toolchain file of the emscripten that `emcc` belongs to, so that a preset can name one path.
find_program(CANDOR_EMCC emcc REQUIRED)
file(REAL_PATH "${CANDOR_EMCC}" candor_emcc_path)
get_filename_component(candor_emcc_dir "${candor_emcc_path}" DIRECTORY)
find_file(
    CANDOR_EMSCRIPTEN_TOOLCHAIN Emscripten.cmake
    PATHS "${candor_emcc_dir}/cmake/Modules/Platform" /usr/share/emscripten/cmake/Modules/Platform
          "$ENV{EMSDK}/upstream/emscripten/cmake/Modules/Platform"
    NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED
)
include("${CANDOR_EMSCRIPTEN_TOOLCHAIN}")
