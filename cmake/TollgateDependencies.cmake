# Everything comes from Debian's packages; scripts/install-deps lists them.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(simdjson REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)

# SOCI's Debian package has no CMake configuration.
add_library(soci INTERFACE)
target_link_libraries(soci INTERFACE soci_core soci_sqlite3 soci_postgresql soci_mysql sqlite3 pq mariadb)
target_include_directories(soci SYSTEM INTERFACE /usr/include/soci /usr/include/postgresql /usr/include/mariadb)

# Nor has jemalloc's. The archive, position-independent: the binary needs no further library, and a call no indirection.
find_library(JEMALLOC_ARCHIVE jemalloc_pic REQUIRED)
add_library(jemalloc INTERFACE)
target_link_libraries(jemalloc INTERFACE ${JEMALLOC_ARCHIVE} Threads::Threads ${CMAKE_DL_LIBS})

if(TOLLGATE_TESTS)
  find_package(GTest REQUIRED)
endif()
