# portcullis_discover_tests(<target> <group>): each test case of the executable is a ctest test "<group>/<case>".
# They are listed when ctest starts, not when the executable is built: data files come and go without a build.
include_guard()
function(portcullis_discover_tests target group)
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${target}_list.cmake)
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${target}_discover.cmake CONTENT
"if(NOT EXISTS [=[$<TARGET_FILE:${target}>]=])
  add_test([=[${PORTCULLIS_TEST_PREFIX}${group} is not built]=] [=[$<TARGET_FILE:${target}>]=])
else()
  execute_process(COMMAND [=[$<TARGET_FILE:${target}>]=] --ctest-list [=[${list}]=] [=[${PORTCULLIS_TEST_PREFIX}${group}/]=]
                  RESULT_VARIABLE result)
  if(result EQUAL 0)
    include([=[${list}]=])
  else()
    add_test([=[${PORTCULLIS_TEST_PREFIX}${group} cannot list its tests]=] [=[$<TARGET_FILE:${target}>]=] --ctest-list [=[${list}]=] [=[${group}/]=])
  endif()
endif()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${target}_discover.cmake)
endfunction()
