# candor_words(file WITH tags [WITHOUT tags])
#
# Makes of sdk/survey/locales/<tag>.txt the lines of an array of survey::Language; those WITHOUT words have their tags
# alone.
#
# candor_other_languages(out)      the tags of all but English
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
