# Third parties, each under one name of ours. Order: a directory the builder names (CANDOR_IMGUI_DIR, CANDOR_HEADERS_DIR,
# CANDOR_DEPS), the system, and last the network, at a pinned commit. What only a program or a test needs is looked for
# by a function, when it is asked for.

include(FetchContent)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

function(candor_fetch name repository commit)
    message(STATUS "candor: ${name} is not on this system, fetching it")
    FetchContent_Declare(${name} GIT_REPOSITORY https://github.com/${repository}.git GIT_TAG ${commit})
    FetchContent_GetProperties(${name})
    if(NOT ${name}_POPULATED)
        FetchContent_Populate(${name})
    endif()
    set(${name}_SOURCE_DIR "${${name}_SOURCE_DIR}" PARENT_SCOPE)
endfunction()

# A directory that holds `file`: the given candidates first, then the system's (never for a cross build).
function(candor_find_header result file)
    set(found "")
    foreach(candidate IN LISTS ARGN)
        if(candidate AND EXISTS "${candidate}/${file}")
            set(found "${candidate}")
            break()
        endif()
    endforeach()
    if(NOT found AND NOT CMAKE_CROSSCOMPILING)
        find_path(CANDOR_PATH_${result} "${file}")
        mark_as_advanced(CANDOR_PATH_${result})
        if(CANDOR_PATH_${result})
            set(found "${CANDOR_PATH_${result}}")
        endif()
    endif()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

# An interface target over a header-only package. The system's own include directory is never named again.
function(candor_header_target name directory)
    add_library(candor_${name} INTERFACE)
    add_library(candor::${name} ALIAS candor_${name})
    if(NOT directory STREQUAL "/usr/include")
        target_include_directories(candor_${name} SYSTEM INTERFACE "${directory}")
    endif()
endfunction()

set(CANDOR_HEADERS_DIR "" CACHE PATH "A directory with nlohmann/ and tl/")
set(CANDOR_IMGUI_DIR "" CACHE PATH "Dear ImGui's sources, 1.92.2b or a later 1.92")
if(CMAKE_CROSSCOMPILING)
    set(candor_headers "${CANDOR_HEADERS_DIR}" "${CANDOR_DEPS}/include")
else()
    set(candor_headers "${CANDOR_HEADERS_DIR}")
endif()

# nlohmann/json, in an inline namespace of our own: a host may have its own, of any version and configuration.
candor_find_header(candor_json_dir nlohmann/json.hpp ${candor_headers})
if(NOT candor_json_dir)
    candor_fetch(nlohmann_json nlohmann/json bc889afb4c5bf1c0d8ee29ef35eaaf4c8bef8a5d)
    set(candor_json_dir "${nlohmann_json_SOURCE_DIR}/include")
endif()
candor_header_target(json "${candor_json_dir}")
target_compile_definitions(
    candor_json
    INTERFACE "NLOHMANN_JSON_NAMESPACE=nlohmann::candor_private"
              "NLOHMANN_JSON_NAMESPACE_BEGIN=namespace nlohmann { inline namespace candor_private {"
              "NLOHMANN_JSON_NAMESPACE_END=} }"
)

# tl::expected
candor_find_header(candor_expected_dir tl/expected.hpp ${candor_headers})
if(NOT candor_expected_dir)
    candor_fetch(tl_expected TartanLlama/expected 292eff8bd8ee230a7df1d6a1c00c4ea0eb2f0362)
    set(candor_expected_dir "${tl_expected_SOURCE_DIR}/include")
endif()
candor_header_target(expected "${candor_expected_dir}")

# Dear ImGui's draw lists
candor_find_header(candor_imgui_dir imgui_draw.cpp "${CANDOR_IMGUI_DIR}" "${CANDOR_DEPS}/imgui")
if(NOT candor_imgui_dir)
    candor_fetch(imgui ocornut/imgui 45acd5e0e82f4c954432533ae9985ff0e1aad6d5)
    set(candor_imgui_dir "${imgui_SOURCE_DIR}")
endif()
include(CandorImGui)
candor_imgui("${candor_imgui_dir}")

# candor_host_imgui(name [definitions ...]): the whole of it, as a host has its own, in a configuration of its own.
function(candor_host_imgui name)
    set(sources imgui imgui_draw imgui_tables imgui_widgets)
    list(TRANSFORM sources REPLACE "(.+)" "${candor_imgui_dir}/\\1.cpp")
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} SYSTEM PUBLIC "${candor_imgui_dir}")
    target_compile_definitions(${name} PUBLIC ${ARGN})
    target_compile_options(${name} PRIVATE -w)
endfunction()

# ---- natively only ---------------------------------------------------------------------------------------------------

if(NOT EMSCRIPTEN)
    set(THREADS_PREFER_PTHREAD_FLAG ON)
    find_package(Threads REQUIRED)
    find_package(SQLite3 3.37 REQUIRED)
    add_library(candor_sqlite INTERFACE)
    add_library(candor::sqlite ALIAS candor_sqlite)
    target_link_libraries(candor_sqlite INTERFACE SQLite::SQLite3 Threads::Threads)
endif()

# candor_need(curl sdl2 pango gl ...): makes candor::<name> for programs, demos and tests.
function(candor_need)
    foreach(name IN LISTS ARGN)
        if(NOT TARGET candor::${name})
            cmake_language(CALL candor_need_${name})
        endif()
    endforeach()
endfunction()

function(candor_pkg_config name)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(candor_pc_${name} REQUIRED IMPORTED_TARGET GLOBAL ${ARGN})
    add_library(candor_${name} INTERFACE)
    add_library(candor::${name} ALIAS candor_${name})
    target_link_libraries(candor_${name} INTERFACE PkgConfig::candor_pc_${name})
endfunction()

function(candor_need_curl)
    find_package(CURL REQUIRED)
    add_library(candor_curl INTERFACE)
    add_library(candor::curl ALIAS candor_curl)
    target_link_libraries(candor_curl INTERFACE CURL::libcurl)
endfunction()

function(candor_need_zlib)
    find_package(ZLIB REQUIRED)
    add_library(candor_zlib INTERFACE)
    add_library(candor::zlib ALIAS candor_zlib)
    target_link_libraries(candor_zlib INTERFACE ZLIB::ZLIB)
endfunction()

function(candor_need_pango)
    candor_pkg_config(pango pangocairo)
endfunction()

function(candor_need_sdl2)
    candor_pkg_config(sdl2 sdl2)
endfunction()

function(candor_need_gl)
    find_package(OpenGL REQUIRED)
    add_library(candor_gl INTERFACE)
    add_library(candor::gl ALIAS candor_gl)
    target_link_libraries(candor_gl INTERFACE OpenGL::GL)
endfunction()

function(candor_need_cli11)
    candor_find_header(candor_cli11_dir CLI/CLI.hpp)
    if(NOT candor_cli11_dir)
        candor_fetch(cli11 CLIUtils/CLI11 v2.3.2)
        set(candor_cli11_dir "${cli11_SOURCE_DIR}/include")
    endif()
    candor_header_target(cli11 "${candor_cli11_dir}")
endfunction()

# Debian builds httplib as a library, elsewhere it is one header.
function(candor_need_httplib)
    candor_find_header(candor_httplib_dir httplib.h)
    find_library(CANDOR_HTTPLIB_LIBRARY NAMES cpp-httplib httplib)
    mark_as_advanced(CANDOR_HTTPLIB_LIBRARY)
    if(NOT candor_httplib_dir)
        candor_fetch(httplib yhirose/cpp-httplib v0.11.4)
        set(candor_httplib_dir "${httplib_SOURCE_DIR}")
    endif()
    candor_header_target(httplib "${candor_httplib_dir}")
    target_link_libraries(candor_httplib INTERFACE Threads::Threads)
    if(CANDOR_HTTPLIB_LIBRARY)
        target_link_libraries(candor_httplib INTERFACE "${CANDOR_HTTPLIB_LIBRARY}")
    endif()
endfunction()

function(candor_need_benchmark)
    find_package(benchmark REQUIRED)
    add_library(candor_benchmark INTERFACE)
    add_library(candor::benchmark ALIAS candor_benchmark)
    target_link_libraries(candor_benchmark INTERFACE benchmark::benchmark)
endfunction()

function(candor_need_rapidcheck)
    find_package(rapidcheck REQUIRED)
    add_library(candor_rapidcheck INTERFACE)
    add_library(candor::rapidcheck ALIAS candor_rapidcheck)
    target_link_libraries(candor_rapidcheck INTERFACE rapidcheck)
endfunction()

# Catch2 3, as candor::catch2 with a main.
function(candor_need_catch2)
    add_library(candor_catch2 INTERFACE)
    add_library(candor::catch2 ALIAS candor_catch2)
    if(EMSCRIPTEN)
        target_include_directories(candor_catch2 SYSTEM INTERFACE "${CANDOR_DEPS}/catch2/wasm/include")
        target_link_libraries(candor_catch2 INTERFACE "${CANDOR_DEPS}/catch2/wasm/lib/libCatch2.a")
        return()
    endif()
    find_package(Catch2 3 QUIET PATHS "${CANDOR_DEPS}/catch2/native" GLOBAL)
    if(NOT Catch2_FOUND)
        FetchContent_Declare(Catch2 GIT_REPOSITORY https://github.com/catchorg/Catch2.git GIT_TAG v3.7.1)
        FetchContent_MakeAvailable(Catch2)
        set_property(GLOBAL PROPERTY CANDOR_CATCH2_MODULES "${catch2_SOURCE_DIR}/extras")
    else()
        set_property(GLOBAL PROPERTY CANDOR_CATCH2_MODULES "${Catch2_DIR}")
    endif()
    target_link_libraries(candor_catch2 INTERFACE Catch2::Catch2WithMain)
endfunction()
