# Configures, builds and runs the stranger's project in one way; see CMakeLists.txt.
cmake_minimum_required(VERSION 3.25)

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${work}")
set(options "-DCMAKE_CXX_COMPILER=${compiler}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${launcher}")
if(way STREQUAL "package")
    run("${CMAKE_COMMAND}" --install "${tenon_build}" --prefix "${work}/prefix")
    list(APPEND options "-DCMAKE_PREFIX_PATH=${work}/prefix")
else()
    list(APPEND options "-DTENON_SOURCE=${tenon_source}")
endif()
run("${CMAKE_COMMAND}" -G "${generator}" -S "${CMAKE_CURRENT_LIST_DIR}/stranger" -B "${work}/build" ${options})
run("${CMAKE_COMMAND}" --build "${work}/build")
run("${work}/build/stranger")
