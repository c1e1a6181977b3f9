# Finds libzmq as the target tenon::libzmq. A name of our own, so that a project's FindZeroMQ.cmake (there are
# several, each with other targets) neither shadows this module nor is shadowed by it.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
    pkg_check_modules(PC_libzmq QUIET libzmq)
endif()
find_path(TenonZeroMQ_INCLUDE_DIR zmq.h HINTS ${PC_libzmq_INCLUDE_DIRS})
find_library(TenonZeroMQ_LIBRARY zmq HINTS ${PC_libzmq_LIBRARY_DIRS})
mark_as_advanced(TenonZeroMQ_INCLUDE_DIR TenonZeroMQ_LIBRARY)

if(TenonZeroMQ_INCLUDE_DIR)
    file(STRINGS "${TenonZeroMQ_INCLUDE_DIR}/zmq.h" zmq_lines REGEX "#define ZMQ_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3"
        TenonZeroMQ_VERSION "${zmq_lines}")
    unset(zmq_lines)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    TenonZeroMQ
    REQUIRED_VARS TenonZeroMQ_LIBRARY TenonZeroMQ_INCLUDE_DIR
    VERSION_VAR TenonZeroMQ_VERSION
    REASON_FAILURE_MESSAGE "Install ZeroMQ's C library with its header (Debian: libzmq3-dev).")

if(TenonZeroMQ_FOUND AND NOT TARGET tenon::libzmq)
    add_library(tenon::libzmq UNKNOWN IMPORTED)
    set_target_properties(
        tenon::libzmq PROPERTIES IMPORTED_LOCATION "${TenonZeroMQ_LIBRARY}"
                                 INTERFACE_INCLUDE_DIRECTORIES "${TenonZeroMQ_INCLUDE_DIR}")
endif()
