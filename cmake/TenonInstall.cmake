# What `cmake --install` puts in place: the headers and a package that find_package(tenon) finds.
include(CMakePackageConfigHelpers)

set(tenon_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/tenon")
install(TARGETS tenon EXPORT tenonTargets FILE_SET HEADERS)
install(EXPORT tenonTargets NAMESPACE tenon:: DESTINATION "${tenon_package_dir}")
configure_package_config_file(
    "${CMAKE_CURRENT_LIST_DIR}/tenonConfig.cmake.in" "${PROJECT_BINARY_DIR}/tenonConfig.cmake"
    INSTALL_DESTINATION "${tenon_package_dir}")
# Before 1.0 a new minor version may break its users.
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/tenonConfigVersion.cmake" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(
    FILES "${PROJECT_BINARY_DIR}/tenonConfig.cmake" "${PROJECT_BINARY_DIR}/tenonConfigVersion.cmake"
          "${CMAKE_CURRENT_LIST_DIR}/FindTenonZeroMQ.cmake"
    DESTINATION "${tenon_package_dir}")
