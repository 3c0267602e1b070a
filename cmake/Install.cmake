# `cmake --install`: the library, its headers, the command, and what find_package(Portcullis) and pkg-config read.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS portcullis_library EXPORT PortcullisTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/portcullis DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
if(TARGET portcullis)
  install(TARGETS portcullis RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Portcullis)
install(EXPORT PortcullisTargets NAMESPACE Portcullis:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/PortcullisConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/PortcullisConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/PortcullisConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/PortcullisConfig.cmake ${PROJECT_BINARY_DIR}/PortcullisConfigVersion.cmake
        DESTINATION ${package_dir})

# A static library hands its own needs on; a shared one has them inside.
set(pc_needs "libpcre2-8 pugixml libcrypto zlib libbrotlidec libxslt libxml-2.0 yaml-cpp")
if(BUILD_SHARED_LIBS)
  set(pc_requires "")
  set(pc_extra_libs "")
  set(pc_cflags "")
else()
  set(pc_requires "${pc_needs}")
  set(pc_extra_libs " -lstdc++ -lm -pthread")  # for programs linked as C
  set(pc_cflags " -DPORTCULLIS_STATIC")
endif()
# Relative to where the file is found, so that the installed tree can be moved (`cmake --install --prefix`).
file(RELATIVE_PATH pc_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/portcullis.pc.in ${PROJECT_BINARY_DIR}/portcullis.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/portcullis.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
