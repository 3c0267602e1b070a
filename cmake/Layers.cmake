# One folder of the tree is one layer: portcullis_<folder>, a static library that links the layer below it.
# The installed library is made of the same objects, so nothing is compiled twice.
include_guard()

# portcullis_compile_settings(<target>): what every target of ours is compiled with, whoever embeds us.
# Warnings are a matter of the presets.
function(portcullis_compile_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    C_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)  # a proxy loads the static library as part of its own module
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  if(PORTCULLIS_ABORT_ON_CHECK)
    target_compile_definitions(${target} PUBLIC PORTCULLIS_ABORT_ON_CHECK)
  endif()
  if(NOT BUILD_SHARED_LIBS)
    target_compile_definitions(${target} PUBLIC $<BUILD_INTERFACE:PORTCULLIS_STATIC>)
  else()
    target_compile_definitions(${target} PRIVATE PORTCULLIS_BUILDING)
  endif()
endfunction()

# portcullis_layer(<folder> [BELOW <folder>] [USES <library>...])
# A folder without sources (yet) is an interface library, so that those above it can be built.
function(portcullis_layer folder)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "BELOW" "USES")
  set(target portcullis_${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/cli/(main[.]cc$|on_demand/)")  # of the command itself
  if(folder STREQUAL "hosts")
    # A proxy's module is built by that proxy's own build, against the installed library.
    list(FILTER sources EXCLUDE REGEX "/hosts/nginx/")
  endif()
  set(below)
  if(layer_BELOW)
    set(below portcullis_${layer_BELOW})
  endif()

  if(NOT sources)
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
    target_compile_features(${target} INTERFACE cxx_std_20)
    target_link_libraries(${target} INTERFACE ${below} ${layer_USES})
    return()
  endif()

  add_library(${target}_objects OBJECT ${sources})
  portcullis_compile_settings(${target}_objects)
  if(BUILD_SHARED_LIBS)
    # What the public headers declare is shown, the rest hidden.
    target_compile_options(${target}_objects PRIVATE "SHELL:-include \"${PROJECT_SOURCE_DIR}/api/exported.h\"")
  endif()
  target_link_libraries(${target}_objects PRIVATE ${layer_USES})
  add_library(${target} STATIC $<TARGET_OBJECTS:${target}_objects>)
  portcullis_compile_settings(${target})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/layers)
  target_link_libraries(${target} PUBLIC ${below} PRIVATE ${layer_USES})
endfunction()

# portcullis_installed_library(<folder>...): libportcullis, what an embedder links, made of all the layers below the hosts.
# The target is portcullis_library, because `portcullis` is the command.
function(portcullis_installed_library)
  set(objects)
  set(uses)
  foreach(folder IN LISTS ARGN)
    if(TARGET portcullis_${folder}_objects)
      list(APPEND objects $<TARGET_OBJECTS:portcullis_${folder}_objects>)
      get_target_property(libraries portcullis_${folder}_objects LINK_LIBRARIES)
      if(libraries)
        list(APPEND uses ${libraries})
      endif()
    endif()
  endforeach()
  list(REMOVE_DUPLICATES uses)
  list(REMOVE_ITEM uses Boost::headers nlohmann_json::nlohmann_json)  # headers only: an embedder needs neither

  add_library(portcullis_library ${objects})
  add_library(Portcullis::portcullis ALIAS portcullis_library)
  target_compile_features(portcullis_library PUBLIC cxx_std_20)
  target_include_directories(portcullis_library PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  target_link_libraries(portcullis_library PRIVATE ${uses})
  if(NOT BUILD_SHARED_LIBS)
    target_compile_definitions(portcullis_library INTERFACE PORTCULLIS_STATIC)
  endif()
  set_target_properties(portcullis_library PROPERTIES
    OUTPUT_NAME portcullis EXPORT_NAME portcullis LINKER_LANGUAGE CXX
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endfunction()

# portcullis_command(BELOW <folder> [USES <library>...] [ON_DEMAND <library>...]): cli/, left as `portcullis` at the top of the build folder.
# Everything but main.cc is a layer, so that tests reach it.
# The libraries after ON_DEMAND are opened by the command when it calls them (cli/on_demand).
function(portcullis_command)
  cmake_parse_arguments(PARSE_ARGV 0 command "" "BELOW" "USES;ON_DEMAND")
  portcullis_layer(cli BELOW ${command_BELOW} USES ${command_USES})
  if(EXISTS ${PROJECT_SOURCE_DIR}/cli/main.cc)
    add_executable(portcullis ${PROJECT_SOURCE_DIR}/cli/main.cc)
    portcullis_compile_settings(portcullis)
    target_link_libraries(portcullis PRIVATE portcullis_cli)
    # Our functions of the same names stand before those of the libraries, which the linker then leaves out.
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
      file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cli/on_demand/*.cc)
      add_library(portcullis_on_demand OBJECT ${sources})
      portcullis_compile_settings(portcullis_on_demand)
      target_link_libraries(portcullis_on_demand PRIVATE ${command_ON_DEMAND})
      target_sources(portcullis PRIVATE $<TARGET_OBJECTS:portcullis_on_demand>)
      target_link_libraries(portcullis PRIVATE ${CMAKE_DL_LIBS})
      target_link_options(portcullis PRIVATE LINKER:--as-needed)
    endif()
    set_target_properties(portcullis PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  endif()
endfunction()
