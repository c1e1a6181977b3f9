# How Tenon's own programs are built: the language, the warnings, the sanitizers. Nothing here reaches users.
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF) # there are none, and the scan doubles the number of compiler runs
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release)
endif()

find_program(TENON_CCACHE ccache)
mark_as_advanced(TENON_CCACHE)
if(TENON_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${TENON_CCACHE}")
endif()

# The system's Python first: it is the one that has the distribution's python3-zmq and python3-msgpack.
find_program(TENON_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(TENON_PYTHON python3)
mark_as_advanced(TENON_PYTHON)

add_library(tenon_dev INTERFACE)
target_compile_options(tenon_dev INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
if(TENON_SANITIZE)
    add_compile_options(
        -fsanitize=${TENON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
        # GCC's own manual: sanitizing makes these warn where nothing is wrong.
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
    add_link_options(-fsanitize=${TENON_SANITIZE})
endif()
