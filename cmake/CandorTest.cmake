# Tests, benchmarks and fuzzers.
#
# candor_test(NAME x SOURCES ... LIBRARIES candor::decide ... LABELS unit [PORTABLE] [THREADED])
#   A Catch2 executable. Natively each of its cases is one ctest test, "x: case". PORTABLE ones are built for WebAssembly
#   too, and run there under Node as one test. Under ThreadSanitizer only THREADED ones are built; those that link
#   candor::outbox, candor::courier, candor::client, candor::desktop or candor::collector are so by themselves.
#   CANDOR_SOURCE_DIR and CANDOR_TESTS_DIR are defined as strings; files can be read under Node, too. Natively Catch2's and
#   RapidCheck's headers are compiled once for all tests.
# candor_property_test(...)   the same with rapidcheck (call rc::check inside a TEST_CASE), never portable
# candor_bench(NAME area SOURCES ... LIBRARIES ...)     bench/bench_<area>, only in the native build
# candor_fuzz(NAME x SOURCES ... LIBRARIES ... [CORPUS folder] [SECONDS 10])     libFuzzer, only in the native-asan build

# Sets `result` when this build wants the test and the libraries exist.
function(candor_test_wanted result)
    set(${result} FALSE PARENT_SCOPE)
    if(EMSCRIPTEN AND NOT arg_PORTABLE)
        return()
    elseif(CANDOR_VARIANT STREQUAL "tsan" AND NOT arg_THREADED AND NOT "${arg_LIBRARIES}" MATCHES
                                                           "candor::(outbox|courier|client|desktop|collector)")
        return()
    endif()
    foreach(library IN LISTS arg_LIBRARIES)
        if(library MATCHES "^candor::" AND NOT TARGET ${library})
            candor_absent("test '${arg_NAME}' is left out: ${library} is not there")
            return()
        endif()
    endforeach()
    set(${result} TRUE PARENT_SCOPE)
endfunction()

function(candor_test_definitions target)
    target_compile_definitions(
        ${target} PRIVATE CANDOR_SOURCE_DIR="${PROJECT_SOURCE_DIR}" CANDOR_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests"
    )
endfunction()

# What is tested is optimised, the tests themselves need it less than they need to be there soon: with sanitizers not at
# all, but for properties, which run thousands of times.
function(candor_test_options target which)
    candor_warnings(${target})
    candor_test_definitions(${target})
    if(EMSCRIPTEN)
        return()
    endif()
    set(level -O1)
    if(CANDOR_SANITIZE AND NOT which STREQUAL "rapidcheck")
        set(level -O0)
    endif()
    # The preprocessed form, and none with a time in it, are for ccache; and with precompiled headers GCC 12 blames the
    # standard library's own code.
    target_compile_options(
        ${target} PRIVATE ${level} "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess;-Wno-array-bounds;-Wno-stringop-overflow>"
                          "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>"
    )
endfunction()

# The headers that take most of a test's compilation, compiled once: candor_precompiled(target catch2) or (target rapidcheck).
function(candor_precompiled target which)
    if(EMSCRIPTEN)
        return()
    endif()
    set(holder candor_precompiled_${which})
    if(NOT TARGET ${holder})
        set(source "${PROJECT_BINARY_DIR}/${holder}.cpp")
        # A program, because the headers must be compiled as those who use them are.
        file(CONFIGURE OUTPUT "${source}" CONTENT "int main() { return 0; }\n")
        add_executable(${holder} EXCLUDE_FROM_ALL "${source}")
        target_link_libraries(${holder} PRIVATE candor::catch2)
        set(headers <catch2/catch_test_macros.hpp> <algorithm> <functional> <map> <memory> <optional> <string> <vector>)
        if(which STREQUAL "rapidcheck")
            target_link_libraries(${holder} PRIVATE candor::rapidcheck)
            list(APPEND headers <rapidcheck.h>)
        endif()
        candor_test_options(${holder} ${which})
        target_precompile_headers(${holder} PRIVATE ${headers})
    endif()
    target_precompile_headers(${target} REUSE_FROM ${holder})
endfunction()

function(candor_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "PORTABLE;THREADED" "NAME;TIMEOUT" "SOURCES;LIBRARIES;LABELS")
    candor_test_wanted(wanted)
    if(NOT wanted)
        return()
    endif()
    candor_present(arg_SOURCES)
    if(NOT arg_SOURCES)
        return()
    endif()
    candor_need(catch2)
    set(target test_${arg_NAME})
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} candor::catch2)
    set(which catch2)
    if("candor::rapidcheck" IN_LIST arg_LIBRARIES)
        set(which rapidcheck)
    endif()
    candor_test_options(${target} ${which})
    if(NOT "${arg_LIBRARIES}" MATCHES "candor::(desktop|pango)") # their own flags do not go with it
        candor_precompiled(${target} ${which})
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(NOT arg_LABELS)
        set(arg_LABELS unit)
    endif()
    if(NOT CANDOR_VARIANT STREQUAL "native")
        list(APPEND arg_LABELS ${CANDOR_VARIANT})
    endif()
    if(EMSCRIPTEN)
        candor_register_portable()
    else()
        candor_register_native()
    endif()
endfunction()

function(candor_register_native)
    get_property(modules GLOBAL PROPERTY CANDOR_CATCH2_MODULES)
    include("${modules}/Catch.cmake")
    catch_discover_tests(${target} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${arg_NAME}: ")
    set(environment "")
    if(CANDOR_VARIANT STREQUAL "tsan")
        set(environment " ENVIRONMENT \"TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp\"")
    endif()
    # Properties that are lists do not survive catch_discover_tests, so they are set when its list is read.
    set(file "${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake")
    string(
        CONCAT text
        "foreach(test IN LISTS ${target}_TESTS)\n"
        "  set_tests_properties(\"\${test}\" PROPERTIES LABELS \"${arg_LABELS}\" TIMEOUT ${arg_TIMEOUT}"
        "${environment})\n"
        "endforeach()\n"
    )
    file(WRITE "${file}" "${text}")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
    candor_register_valgrind()
endfunction()

# What keeps and sends answers runs under Valgrind, too, each program at once: `./dev test valgrind`. Properties take
# fewer examples there, being thirty times as slow. Leaks are for LeakSanitizer (native-asan): Valgrind takes what a String
# holds for lost as soon as a test ends a process in the middle, for it points behind a block's beginning.
function(candor_register_valgrind)
    find_program(CANDOR_VALGRIND valgrind)
    if(NOT CANDOR_VALGRIND OR NOT CANDOR_VARIANT STREQUAL "native" OR "fault" IN_LIST arg_LABELS
       OR NOT "${arg_LIBRARIES}" MATCHES "candor::(outbox|courier|client)"
    )
        return()
    endif()
    add_test(NAME "valgrind ${arg_NAME}"
             COMMAND "${CANDOR_VALGRIND}" --quiet --error-exitcode=99 --fair-sched=try
                     "--suppressions=${PROJECT_SOURCE_DIR}/cmake/valgrind.supp" $<TARGET_FILE:${target}>
    )
    set_tests_properties("valgrind ${arg_NAME}" PROPERTIES LABELS valgrind TIMEOUT 1800
                                                           ENVIRONMENT "RC_PARAMS=max_success=10")
endfunction()

function(candor_register_portable)
    target_compile_options(${target} PRIVATE -fexceptions -Wno-sign-conversion)
    target_link_options(
        ${target}
        PRIVATE -fexceptions
                -sWASM_ASYNC_COMPILATION=0
                -sENVIRONMENT=node
                -sNODERAWFS=1
                -sEXIT_RUNTIME=1
                -sALLOW_MEMORY_GROWTH=1
                -sTOTAL_STACK=1048576
                -O1
    )
    add_test(NAME "wasm ${arg_NAME}" COMMAND "${CMAKE_CROSSCOMPILING_EMULATOR}" $<TARGET_FILE:${target}>)
    set_tests_properties("wasm ${arg_NAME}" PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
                                                       SKIP_RETURN_CODE 4)
endfunction()

function(candor_property_test)
    if(EMSCRIPTEN)
        return()
    endif()
    cmake_parse_arguments(PARSE_ARGV 0 arg "PORTABLE" "" "LIBRARIES")
    candor_need(rapidcheck)
    candor_test(${arg_UNPARSED_ARGUMENTS} LIBRARIES ${arg_LIBRARIES} candor::rapidcheck)
endfunction()

function(candor_bench)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBRARIES")
    if(NOT CANDOR_VARIANT STREQUAL "native")
        return()
    endif()
    candor_test_wanted(wanted)
    if(NOT wanted)
        return()
    endif()
    add_executable(bench_${arg_NAME} ${arg_SOURCES})
    target_link_libraries(bench_${arg_NAME} PRIVATE ${arg_LIBRARIES})
    candor_test_definitions(bench_${arg_NAME})
    candor_warnings(bench_${arg_NAME})
    set_target_properties(bench_${arg_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
endfunction()

function(candor_fuzz)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CORPUS;SECONDS" "SOURCES;LIBRARIES")
    if(NOT CANDOR_VARIANT STREQUAL "asan" OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        return()
    endif()
    if(NOT arg_SECONDS)
        set(arg_SECONDS 10)
    endif()
    add_executable(fuzz_${arg_NAME} ${arg_SOURCES})
    target_link_libraries(fuzz_${arg_NAME} PRIVATE ${arg_LIBRARIES})
    target_link_options(fuzz_${arg_NAME} PRIVATE -fsanitize=fuzzer)
    # It sees its way through itself and the libraries that it names.
    foreach(library IN LISTS arg_LIBRARIES)
        get_target_property(target ${library} ALIASED_TARGET)
        get_target_property(type ${target} TYPE)
        if(type STREQUAL "STATIC_LIBRARY")
            target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
        endif()
    endforeach()
    target_compile_options(fuzz_${arg_NAME} PRIVATE -fsanitize=fuzzer-no-link)
    target_compile_definitions(fuzz_${arg_NAME} PRIVATE CANDOR_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
    candor_warnings(fuzz_${arg_NAME})
    # What it finds new goes to the build directory; the tracked corpus is only read.
    set(found "${CMAKE_CURRENT_BINARY_DIR}/corpus_${arg_NAME}")
    file(MAKE_DIRECTORY "${found}")
    set(folders "${found}")
    if(arg_CORPUS)
        list(APPEND folders "${CMAKE_CURRENT_SOURCE_DIR}/${arg_CORPUS}")
    endif()
    add_test(NAME "fuzz ${arg_NAME}" COMMAND fuzz_${arg_NAME} -max_total_time=${arg_SECONDS} -timeout=10
                                             -rss_limit_mb=2048 -print_final_stats=1 ${folders})
    set_tests_properties("fuzz ${arg_NAME}" PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
