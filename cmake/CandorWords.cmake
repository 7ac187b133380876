# candor_words(file WITH tags [WITHOUT tags])
#
# Makes of sdk/survey/locales/<tag>.txt the lines of an array of survey::Language; those WITHOUT words have their tags
# alone.
#
# candor_other_languages(out)      the tags of all but English
#
# candor_unreviewed_languages(out)  the tags of those whose file says in a remark that nobody has reviewed it; each says
#                                   by whom it was
set(CANDOR_WORDS_DIR "${CMAKE_CURRENT_LIST_DIR}/../sdk/survey/locales")

function(candor_words file)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "WITH;WITHOUT")
    set(lines "")
    foreach(tag IN LISTS arg_WITH)
        set(source "${CANDOR_WORDS_DIR}/${tag}.txt")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
        file(READ "${source}" words)
        string(REGEX REPLACE "\n(#[^\n]*\n)+" "\n" words "\n${words}")
        string(SUBSTRING "${words}" 1 -1 words)
        string(APPEND lines "{\"${tag}\", R\"words(${words})words\"},\n")
    endforeach()
    foreach(tag IN LISTS arg_WITHOUT)
        string(APPEND lines "{\"${tag}\", {}},\n")
    endforeach()
    file(CONFIGURE OUTPUT "${file}" CONTENT "${lines}" @ONLY)
endfunction()

function(candor_other_languages out)
    file(GLOB files CONFIGURE_DEPENDS "${CANDOR_WORDS_DIR}/*.txt")
    list(TRANSFORM files REPLACE ".*/([^/]+)\\.txt$" "\\1")
    list(REMOVE_ITEM files en)
    set(${out} "${files}" PARENT_SCOPE)
endfunction()

function(candor_unreviewed_languages out)
    file(GLOB files CONFIGURE_DEPENDS "${CANDOR_WORDS_DIR}/*.txt")
    set(tags "")
    foreach(source IN LISTS files)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
        file(STRINGS "${source}" marks REGEX "^# Reviewed by: " ENCODING UTF-8)
        list(LENGTH marks count)
        if(NOT count EQUAL 1)
            message(FATAL_ERROR "${source} does not say by whom it was reviewed: '# Reviewed by: …', once")
        endif()
        if(marks STREQUAL "# Reviewed by: nobody yet")
            string(REGEX REPLACE ".*/([^/]+)\\.txt$" "\\1" tag "${source}")
            list(APPEND tags "${tag}")
        endif()
    endforeach()
    set(${out} "${tags}" PARENT_SCOPE)
endfunction()
