# cmake -DLINKER= -DOBJCOPY= -DNM= -DLAYERS=a.a;b.a -DARCHIVES=c.a -DOUTPUT=x.o -P Prelink.cmake
#
# Links all of LAYERS, and of ARCHIVES what they use, into one relocatable object, in which only what a candor_* function
# reaches is kept and only candor_* is global.

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(roots "")
foreach(layer IN LISTS LAYERS)
    execute_process(COMMAND "${NM}" --defined-only --extern-only --format=posix "${layer}" OUTPUT_VARIABLE symbols
                            COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "(^|\n)candor_[a-z0-9_]+ [TDBR] " found "${symbols}")
    list(TRANSFORM found REPLACE "^\n?([^ ]+) .*$" "--undefined=\\1")
    list(APPEND roots ${found})
endforeach()
list(REMOVE_DUPLICATES roots)
if(NOT roots)
    message(FATAL_ERROR "no candor_* function is defined in ${LAYERS}")
endif()

run("${LINKER}" -r --force-group-allocation --gc-sections ${roots} -o "${OUTPUT}" --whole-archive ${LAYERS}
    --no-whole-archive ${ARCHIVES})
run("${OBJCOPY}" -w "--keep-global-symbol=candor_*" "${OUTPUT}")
