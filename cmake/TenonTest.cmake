# tenon_add_test(NAME <dotted.name> SOURCES <file>... [LIBRARIES <library>...] [OWN_MAIN]
#                [ARGS <argument>...] [TIMEOUT <seconds>])
#
# A test program: Tenon, the developers' warnings and (unless OWN_MAIN) Catch2's main. The first part of the name
# is its label: `ctest -L codec`. Each test has to be able to run beside all others.
#
# tenon_add_script_test(NAME <dotted.name> COMMAND <command>... [TIMEOUT <seconds>])
#
# A test that is any other command. Its exit code decides.

find_package(Catch2 3 QUIET)
if(Catch2_FOUND)
    add_library(tenon_catch_main ALIAS Catch2::Catch2WithMain)
else()
    find_package(Catch2 2.13 REQUIRED)
    add_library(tenon_catch_main STATIC "${PROJECT_SOURCE_DIR}/test/catch_main.cpp")
    target_link_libraries(tenon_catch_main PUBLIC Catch2::Catch2)
    target_compile_features(tenon_catch_main PRIVATE cxx_std_20)
endif()

# The headers that nearly all tests include are compiled once for all of them: that is a third of the time they take.
# What a test includes itself is what it needs, all the same: scripts/rules and the builds of the examples see to the
# library's headers.
add_library(tenon_test_headers OBJECT "${PROJECT_SOURCE_DIR}/test/headers.cpp")
target_include_directories(tenon_test_headers PRIVATE "${PROJECT_SOURCE_DIR}/test")
target_link_libraries(tenon_test_headers PRIVATE tenon::tenon tenon_dev Catch2::Catch2)
target_compile_options(tenon_test_headers PRIVATE $<$<CONFIG:Release>:-O1>)
target_precompile_headers(
    tenon_test_headers PRIVATE <tenon/tenon.hpp> <tenon/transport/zmq.hpp> "${PROJECT_SOURCE_DIR}/test/catch.hpp")

function(tenon_describe_test name timeout)
    string(REGEX REPLACE "\\..*" "" label "${name}")
    if(NOT timeout)
        set(timeout 60)
    endif()
    if(TENON_SANITIZE) # which makes programs several times slower
        math(EXPR timeout "${timeout} * 4")
    endif()
    # Set by somebody who looks at one seed or one run of a program, and not meant for all tests.
    set_tests_properties("${name}" PROPERTIES LABELS "${label}" TIMEOUT "${timeout}"
                         ENVIRONMENT_MODIFICATION "TENON_SEED=unset:;TENON_RECORDING=unset:")
endfunction()

function(tenon_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "OWN_MAIN" "NAME;TIMEOUT" "SOURCES;LIBRARIES;ARGS")
    if(NOT arg_NAME OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "tenon_add_test: needs NAME and SOURCES; not understood: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    set(target "test.${arg_NAME}")
    add_executable(${target} ${arg_SOURCES})
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/test")
    target_link_libraries(${target} PRIVATE tenon::tenon tenon_dev ${arg_LIBRARIES})
    # In an optimised build too, most of a test's time is the compiler's.
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    if(NOT arg_LIBRARIES) # they may bring settings of their own
        target_precompile_headers(${target} REUSE_FROM tenon_test_headers)
    endif()
    if(arg_OWN_MAIN)
        target_link_libraries(${target} PRIVATE Catch2::Catch2)
    else()
        target_link_libraries(${target} PRIVATE tenon_catch_main)
    endif()
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/test")
    add_test(NAME "${arg_NAME}" COMMAND ${target} ${arg_ARGS})
    tenon_describe_test("${arg_NAME}" "${arg_TIMEOUT}")
endfunction()

function(tenon_add_script_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT" "COMMAND")
    if(NOT arg_NAME OR NOT arg_COMMAND OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "tenon_add_script_test: needs NAME and COMMAND")
    endif()
    add_test(NAME "${arg_NAME}" COMMAND ${arg_COMMAND} COMMAND_EXPAND_LISTS)
    tenon_describe_test("${arg_NAME}" "${arg_TIMEOUT}")
endfunction()
