# candor::candor, what a host links, and its installation.
#
# The static library is one prelinked object in which only candor_* is global: the host may have another nlohmann/json or
# Dear ImGui, and neither sees the other. The shared library is linked from the same object, with a version script.
# Where there is no GNU linker (emscripten, other systems) or a sanitizer needs the layers as they are, candor::candor
# links the layers themselves.

if(NOT TARGET candor_client)
    return()
endif()

set(candor_linked_layers base survey history decide interview card paint outbox courier client)
list(TRANSFORM candor_linked_layers PREPEND candor_)
list(FILTER candor_linked_layers EXCLUDE REGEX "^$")
set(candor_present_layers "")
foreach(layer IN LISTS candor_linked_layers)
    if(TARGET ${layer})
        list(APPEND candor_present_layers ${layer})
    endif()
endforeach()

set(candor_can_prelink OFF)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT CANDOR_SANITIZE AND CMAKE_OBJCOPY)
    set(candor_can_prelink ON)
endif()
option(CANDOR_PRELINK "Make the library one object that shows nothing but candor_*" ${candor_can_prelink})

if(NOT CANDOR_PRELINK)
    add_library(candor_all INTERFACE)
    add_library(candor::candor ALIAS candor_all)
    # The host gets the API and the archives, and none of the layers' headers or definitions.
    target_link_libraries(candor_all INTERFACE candor_api $<LINK_ONLY:candor_client>)
    target_compile_features(candor_all INTERFACE cxx_std_17)
    return()
endif()

set(candor_object "${PROJECT_BINARY_DIR}/candor.o")
set(candor_archives "")
foreach(layer IN LISTS candor_present_layers)
    list(APPEND candor_archives "$<TARGET_FILE:${layer}>")
endforeach()
add_custom_command(
    OUTPUT "${candor_object}"
    COMMAND
        "${CMAKE_COMMAND}" "-DLINKER=${CMAKE_LINKER}" "-DOBJCOPY=${CMAKE_OBJCOPY}" "-DNM=${CMAKE_NM}"
        "-DLAYERS=${candor_archives}" "-DARCHIVES=$<TARGET_FILE:candor_imgui_draw>" "-DOUTPUT=${candor_object}" -P
        "${PROJECT_SOURCE_DIR}/cmake/Prelink.cmake"
    DEPENDS ${candor_present_layers} candor_imgui_draw "${PROJECT_SOURCE_DIR}/cmake/Prelink.cmake"
    COMMENT "Prelinking candor.o"
    VERBATIM
)
set_source_files_properties("${candor_object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_custom_target(candor_prelinked DEPENDS "${candor_object}")

add_library(candor_static STATIC "${candor_object}")
add_library(candor_shared SHARED "${candor_object}")
add_library(candor::candor ALIAS candor_static)
add_library(candor::shared ALIAS candor_shared)
set_target_properties(candor_static candor_shared PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME candor)
set_target_properties(candor_static PROPERTIES EXPORT_NAME candor)
set_target_properties(
    candor_shared
    PROPERTIES EXPORT_NAME shared
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}
               LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/candor.map"
)
target_link_options(
    candor_shared PRIVATE "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/candor.map" -Wl,--gc-sections -Wl,-z,defs
)
foreach(library candor_static candor_shared)
    add_dependencies(${library} candor_prelinked)
    target_include_directories(
        ${library} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/sdk/include> $<INSTALL_INTERFACE:include>
    )
    target_compile_features(${library} INTERFACE cxx_std_17)
endforeach()
target_link_libraries(candor_static INTERFACE SQLite::SQLite3 Threads::Threads)
target_link_libraries(candor_shared PRIVATE SQLite::SQLite3 Threads::Threads)

if(CANDOR_INSTALL)
    include(GNUInstallDirs)
    include(CMakePackageConfigHelpers)
    set(candor_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/candor")
    install(DIRECTORY sdk/include/candor DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT sdk)
    install(
        TARGETS candor_static candor_shared
        EXPORT candor-targets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT sdk
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT sdk
    )
    install(EXPORT candor-targets NAMESPACE candor:: DESTINATION "${candor_package_dir}" COMPONENT sdk)
    configure_package_config_file(
        cmake/candor-config.cmake.in "${PROJECT_BINARY_DIR}/candor-config.cmake"
        INSTALL_DESTINATION "${candor_package_dir}" NO_SET_AND_CHECK_MACRO
    )
    write_basic_package_version_file(
        "${PROJECT_BINARY_DIR}/candor-config-version.cmake" COMPATIBILITY SameMinorVersion
    )
    install(
        FILES "${PROJECT_BINARY_DIR}/candor-config.cmake" "${PROJECT_BINARY_DIR}/candor-config-version.cmake"
        DESTINATION "${candor_package_dir}" COMPONENT sdk
    )
    foreach(file LICENSE NOTICE)
        if(EXISTS "${PROJECT_SOURCE_DIR}/${file}")
            install(FILES ${file} DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/candor" COMPONENT sdk)
        endif()
    endforeach()
endif()
