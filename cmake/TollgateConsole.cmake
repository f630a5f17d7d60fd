# The console (web/) as an object of the program. Sets `embedded`: sources that define console::embedded_files().
#
# Touching a file of web/ or the API's description builds the console anew; touching C++ does not.

find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_program(BROTLI brotli REQUIRED)

set(web ${CMAKE_SOURCE_DIR}/web)
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/* ${web}/scripts/*)
file(GLOB web_settings CONFIGURE_DEPENDS ${web}/*.json ${web}/*.ts ${web}/*.html)
list(FILTER web_sources EXCLUDE REGEX "generated\\.ts$")  # made by the build itself

set(build_console ${CMAKE_SOURCE_DIR}/scripts/build-console ${CMAKE_SOURCE_DIR}/scripts/npm-ci)
add_custom_command(
  OUTPUT ${web}/dist/index.html
  COMMAND ${CMAKE_SOURCE_DIR}/scripts/build-console
  DEPENDS ${build_console} ${web_sources} ${web_settings} ${CMAKE_SOURCE_DIR}/api/openapi.yaml
  COMMENT "Building the console" VERBATIM)

set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
set(embed_console ${CMAKE_SOURCE_DIR}/scripts/embed_console.py)
add_custom_command(
  OUTPUT ${out}/console.bin ${out}/console_files.cpp
  COMMAND ${Python3_EXECUTABLE} ${embed_console} ${web}/dist ${out}
  DEPENDS ${embed_console} ${web}/dist/index.html
  COMMENT "Compressing the console" VERBATIM)

set(bytes ${out}/console_bytes.o)
file(CONFIGURE OUTPUT ${out}/console_bytes.S @ONLY CONTENT [[
  .section .rodata
  .global tollgate_console_bytes
  .balign 16
tollgate_console_bytes:
  .incbin "@out@/console.bin"
  .section .note.GNU-stack, "", %progbits
]])
add_custom_command(
  OUTPUT ${bytes}
  COMMAND ${CMAKE_CXX_COMPILER} -c ${out}/console_bytes.S -o ${bytes}
  DEPENDS ${out}/console_bytes.S ${out}/console.bin
  COMMENT "Embedding the console" VERBATIM)
set_source_files_properties(${bytes} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)

set(embedded ${out}/console_files.cpp ${bytes})
