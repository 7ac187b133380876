# Compiler flags, in three functions: candor_warnings for all of our code, candor_strict for what is linked into a
# host, and the sanitizers, which go to everything in the build.

option(CANDOR_PARTIAL "Build what can be built where a part or a library is missing; else that is an error" ON)

# Something that a build of the whole tree must have is not there.
function(candor_absent what)
    if(CANDOR_PARTIAL)
        message(STATUS "candor: ${what}")
    else()
        message(FATAL_ERROR "candor: ${what}")
    endif()
endfunction()

# Leaves in the list only those sources that are there.
function(candor_present list)
    set(present "")
    foreach(source IN LISTS ${list})
        if(IS_ABSOLUTE "${source}" OR EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
            list(APPEND present "${source}")
        else()
            candor_absent("${CMAKE_CURRENT_SOURCE_DIR}/${source} is not there")
        endif()
    endforeach()
    set(${list} "${present}" PARENT_SCOPE)
endfunction()

# candor_apart(sources ...): these keep names in their anonymous namespaces that others of their target have, too. Tests
# compile the sources of a target together, and the sanitized builds all of them; these by themselves.
function(candor_apart)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

find_program(CANDOR_CCACHE ccache)
if(CANDOR_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${CANDOR_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CANDOR_CCACHE}")
endif()

if(CANDOR_SANITIZE)
    add_compile_options(-fsanitize=${CANDOR_SANITIZE} -fno-omit-frame-pointer)
    if(CANDOR_SANITIZE MATCHES "undefined")
        # vptr needs run time type information, which the SDK is built without.
        add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=vptr)
    endif()
    add_link_options(-fsanitize=${CANDOR_SANITIZE})
    # A third of the other's time, of which the runtime of a sanitizer takes much. It comes with emscripten.
    find_program(CANDOR_LLD ld.lld)
    if(CANDOR_LLD)
        add_link_options(-fuse-ld=lld)
    endif()
endif()

function(candor_warnings target)
    # GCC 12's -Wrestrict is wrong about std::string's own code (its bug 105651).
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow
                                             $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
    if(CMAKE_UNITY_BUILD)
        # What a source keeps for itself looks to GCC like a header's, where the source is included.
        target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
    endif()
    if(CANDOR_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
endfunction()

function(candor_strict target)
    candor_warnings(${target})
    target_compile_options(
        ${target}
        PRIVATE -Wconversion
                $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
                $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
                $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
    )
    candor_embeddable(${target})
endfunction()

# What is linked into a host's program: no symbol shows, each function may be left out, and a product and a sum stay two
# operations, so that a card is the same to the last bit on processors which have one for both. (WebAssembly has none.)
function(candor_embeddable target)
    set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden
                                               VISIBILITY_INLINES_HIDDEN ON)
    target_compile_options(
        ${target} PRIVATE -ffunction-sections -fdata-sections
                          $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>
    )
    if(EMSCRIPTEN)
        target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>)
        if(CANDOR_WASM_LTO)
            target_compile_options(${target} PRIVATE -flto)
        endif()
    else()
        target_compile_options(${target} PRIVATE -ffp-contract=off)
    endif()
endfunction()
