# tollgate_library(name LEVEL n SOURCES ... [HEAVY ...] [TESTS ...] [DEPS ...] [LINK ...] [GROUP core|llm|books|app])
#
# A library of src/<name>. It may use only libraries of a lower LEVEL, and only those it lists in DEPS; both are checked
# when configuring, and tests/layers checks that its includes say the same. HEAVY names the only sources that include
# heavy third-party headers. TESTS are unit tests beside the sources; they are collected into one binary a GROUP.
# LINK names third-party libraries.

set_property(GLOBAL PROPERTY TOLLGATE_LIBRARIES "")

function(tollgate_library name)
  cmake_parse_arguments(ARG "" "LEVEL;GROUP;FOLDER" "SOURCES;HEAVY;TESTS;DEPS;LINK" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tollgate_library(${name}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT DEFINED ARG_LEVEL)
    message(FATAL_ERROR "tollgate_library(${name}): LEVEL is missing")
  endif()
  if(NOT ARG_GROUP)
    set(ARG_GROUP core)
  endif()
  foreach(dep ${ARG_DEPS})
    get_property(level GLOBAL PROPERTY TOLLGATE_LEVEL_${dep})
    if(level STREQUAL "")
      message(FATAL_ERROR "tollgate_library(${name}): '${dep}' is not a library declared before it")
    endif()
    if(NOT level LESS ARG_LEVEL)
      message(FATAL_ERROR "tollgate_library(${name}): level ${ARG_LEVEL} may not use '${dep}' of level ${level}")
    endif()
  endforeach()
  set_property(GLOBAL PROPERTY TOLLGATE_LEVEL_${name} ${ARG_LEVEL})
  set_property(GLOBAL APPEND PROPERTY TOLLGATE_LIBRARIES ${name})
  # For tests/layers: name, level, folder, deps, heavy files; "-" for an empty list.
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM ARG_HEAVY PREPEND ${folder}/ OUTPUT_VARIABLE heavy)
  list(JOIN ARG_DEPS "," deps_text)
  list(JOIN heavy "," heavy_text)
  foreach(text deps_text heavy_text)
    if(NOT ${text})
      set(${text} "-")
    endif()
  endforeach()
  set_property(GLOBAL APPEND_STRING PROPERTY TOLLGATE_LAYERS
    "${name} ${ARG_LEVEL} ${folder} ${deps_text} ${heavy_text}\n")

  set(sources ${ARG_SOURCES} ${ARG_HEAVY})
  if(sources)
    add_library(tollgate_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(tollgate_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(tollgate_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPS PREPEND tollgate_ OUTPUT_VARIABLE dep_targets)
  target_link_libraries(tollgate_${name} ${scope} ${dep_targets} ${ARG_LINK} Threads::Threads)

  if(TOLLGATE_TESTS AND ARG_TESTS)
    list(TRANSFORM ARG_TESTS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    set_property(GLOBAL APPEND PROPERTY TOLLGATE_TEST_SOURCES_${ARG_GROUP} ${ARG_TESTS})
    set_property(GLOBAL APPEND PROPERTY TOLLGATE_TEST_LIBRARIES_${ARG_GROUP} tollgate_${name})
    # The tests of this library alone, for working on it: not part of the default build.
    add_executable(test_lib_${name} EXCLUDE_FROM_ALL ${ARG_TESTS})
    target_link_libraries(test_lib_${name} PRIVATE tollgate_${name} tollgate_test_support GTest::gmock GTest::gtest_main)
    target_compile_definitions(test_lib_${name} PRIVATE TOLLGATE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  endif()
endfunction()

# tollgate_dialect(name SOURCES ... [TESTS ...])    in src/dialects/<name>/CMakeLists.txt
# tollgate_provider(name SOURCES ... [TESTS ...])   in src/providers/<name>/CMakeLists.txt
#
# One folder of a collection. `name` is the folder's and its namespace's; one of the sources defines the namespace's
# kDialect or kDescriptor. Paths are relative to the folder.
function(tollgate_dialect name)
  _tollgate_folder(dialects ${name} ${ARGN})
endfunction()

function(tollgate_provider name)
  _tollgate_folder(providers ${name} ${ARGN})
endfunction()

function(_tollgate_folder collection name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "src/${collection}/${name}: unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  if(NOT folder STREQUAL name)
    message(FATAL_ERROR "src/${collection}/${folder}: the folder must have the name it declares, '${name}'")
  endif()
  list(TRANSFORM ARG_SOURCES PREPEND ${name}/)
  list(TRANSFORM ARG_TESTS PREPEND ${name}/)
  set_property(GLOBAL APPEND PROPERTY TOLLGATE_FOLDERS_${collection} ${name})
  set_property(GLOBAL PROPERTY TOLLGATE_FOLDER_SOURCES_${collection}_${name} ${ARG_SOURCES})
  set_property(GLOBAL APPEND PROPERTY TOLLGATE_FOLDER_TESTS_${collection} ${ARG_TESTS})
endfunction()

# tollgate_collect_folders(dialects TYPE llm::Dialect SYMBOL kDialect)
#
# Reads every folder beside the caller that has a CMakeLists.txt; a new one is found by itself. Sets FOLDER_SOURCES and
# FOLDER_TESTS for tollgate_library, and writes registry_table.inc, which declares each folder's SYMBOL and
# `constexpr std::array kAll` of pointers to them, in the order of the folders' names. tollgate_unity_folders, called
# after tollgate_library, compiles each folder as one unit and lets the library see the table.
function(tollgate_collect_folders collection)
  cmake_parse_arguments(ARG "" "TYPE;SYMBOL" "" ${ARGN})
  file(GLOB lists CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */CMakeLists.txt)
  list(SORT lists)
  foreach(list_file ${lists})
    get_filename_component(folder ${list_file} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
  get_property(folders GLOBAL PROPERTY TOLLGATE_FOLDERS_${collection})
  set(all_sources "")
  set(declarations "")
  set(entries "")
  foreach(folder ${folders})
    get_property(sources GLOBAL PROPERTY TOLLGATE_FOLDER_SOURCES_${collection}_${folder})
    list(APPEND all_sources ${sources})
    string(APPEND declarations
           "namespace tollgate::${collection}::${folder} {\nextern const ${ARG_TYPE} ${ARG_SYMBOL};\n}\n")
    string(APPEND entries "    &${folder}::${ARG_SYMBOL},\n")
  endforeach()
  list(LENGTH folders count)
  set(table "// Made when configuring, from the folders of src/${collection}.\n#include <array>\n\n${declarations}\n")
  string(APPEND table "namespace tollgate::${collection} {\nnamespace {\n"
                      "constexpr std::array<const ${ARG_TYPE}*, ${count}> kAll{\n${entries}};\n}\n}\n")
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/registry_table.inc CONTENT "${table}" @ONLY)
  get_property(tests GLOBAL PROPERTY TOLLGATE_FOLDER_TESTS_${collection})
  set(FOLDER_SOURCES ${all_sources} PARENT_SCOPE)
  set(FOLDER_TESTS ${tests} PARENT_SCOPE)
endfunction()

function(tollgate_unity_folders collection)
  get_property(folders GLOBAL PROPERTY TOLLGATE_FOLDERS_${collection})
  foreach(folder ${folders})
    get_property(sources GLOBAL PROPERTY TOLLGATE_FOLDER_SOURCES_${collection}_${folder})
    set_source_files_properties(${sources} PROPERTIES UNITY_GROUP ${folder})
  endforeach()
  set_target_properties(tollgate_${collection} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_include_directories(tollgate_${collection} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()

# One test binary a group: test_core, test_llm, test_books, test_app. Called after every library is declared.
function(tollgate_add_test_binaries)
  foreach(group core llm books app)
    get_property(sources GLOBAL PROPERTY TOLLGATE_TEST_SOURCES_${group})
    get_property(libraries GLOBAL PROPERTY TOLLGATE_TEST_LIBRARIES_${group})
    if(sources)
      add_executable(test_${group} ${sources})
      target_link_libraries(test_${group} PRIVATE ${libraries} tollgate_test_support GTest::gmock GTest::gtest_main)
      target_compile_definitions(test_${group} PRIVATE TOLLGATE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
      add_test(NAME unit_${group} COMMAND test_${group} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      set_tests_properties(unit_${group} PROPERTIES LABELS unit TIMEOUT 600)
    endif()
  endforeach()
  get_property(layers GLOBAL PROPERTY TOLLGATE_LAYERS)
  file(WRITE ${CMAKE_BINARY_DIR}/layers.txt "${layers}")
endfunction()
