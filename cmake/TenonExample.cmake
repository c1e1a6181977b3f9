# tenon_add_example(NAME <name> [PROGRAM] [EXPECT <file>] [LIBRARIES <library>...])
#
# Builds examples/<name>.cpp as <build>/examples/<name>. The test `example.<name>` runs it; it has to end with 0 and
# to print what stands in EXPECT, by default examples/expected/<name>.txt if there is such a file. A name may have a
# folder, `docs/stock`; its target and test are `example.docs.stock`.
# PROGRAM: it waits for a peer or wants arguments, so other tests run it.

add_custom_target(examples COMMENT "Examples are built")

function(tenon_add_example)
    cmake_parse_arguments(PARSE_ARGV 0 arg "PROGRAM" "NAME;EXPECT" "LIBRARIES")
    if(NOT arg_NAME OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "tenon_add_example: needs NAME; not understood: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    string(REPLACE "/" "." target "example.${arg_NAME}")
    add_executable(${target} "${PROJECT_SOURCE_DIR}/examples/${arg_NAME}.cpp")
    target_link_libraries(${target} PRIVATE tenon::tenon tenon_dev ${arg_LIBRARIES})
    set_target_properties(
        ${target} PROPERTIES OUTPUT_NAME "${arg_NAME}" RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/examples")
    add_dependencies(examples ${target})
    if(arg_PROGRAM OR NOT TENON_BUILD_TESTS)
        return()
    endif()

    set(expected "${PROJECT_SOURCE_DIR}/examples/expected/${arg_NAME}.txt")
    if(arg_EXPECT)
        cmake_path(ABSOLUTE_PATH arg_EXPECT BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE expected)
    elseif(NOT EXISTS "${expected}")
        set(expected "")
    endif()
    tenon_add_script_test(
        NAME "${target}"
        COMMAND "${TENON_PYTHON}" "${PROJECT_SOURCE_DIR}/cmake/check_output.py" "$<TARGET_FILE:${target}>" ${expected})
endfunction()
