# candor_imgui(directory)
#
# candor::imgui_draw: Dear ImGui's draw lists, from its sources in that directory. The whole of its core is compiled, the
# linker keeps what draw lists need.
include(CandorFlags)
set(CANDOR_IMGUI_CONFIG "${CMAKE_CURRENT_LIST_DIR}/../sdk/paint/imgui")

function(candor_imgui directory)
    add_library(
        candor_imgui_draw STATIC
        "${directory}/imgui.cpp" "${directory}/imgui_draw.cpp" "${directory}/imgui_tables.cpp"
        "${directory}/imgui_widgets.cpp"
    )
    add_library(candor::imgui_draw ALIAS candor_imgui_draw)
    target_include_directories(candor_imgui_draw SYSTEM PUBLIC "${directory}" "${CANDOR_IMGUI_CONFIG}")
    target_compile_definitions(
        candor_imgui_draw
        PUBLIC IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS IMGUI_DISABLE_FILE_FUNCTIONS
               IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_DISABLE_DEFAULT_SHELL_FUNCTIONS
               "IMGUI_USER_CONFIG=\"imgui_config.hpp\""
    )
    target_compile_options(candor_imgui_draw PRIVATE -w -fno-exceptions -fno-rtti)
    candor_embeddable(candor_imgui_draw)
endfunction()
