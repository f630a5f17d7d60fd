# Flags of every target: warnings are errors, lld, ccache, link-time optimization for what ships.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Werror
                    -fstack-protector-strong -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
add_compile_definitions(_FORTIFY_SOURCE=0)
add_link_options(-fuse-ld=lld)

if(TOLLGATE_SANITIZE)
  add_compile_options(-fsanitize=${TOLLGATE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TOLLGATE_SANITIZE})
  add_compile_definitions(TOLLGATE_SANITIZED=1)
endif()
if(TOLLGATE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # What runs often on a request's way, as counted by scripts/profile. Functions that changed since are compiled as usual.
  # By the name of its file alone, a function of a file's own is found from any folder.
  add_compile_options("SHELL:-mllvm -static-func-full-module-prefix=false")
  if(TOLLGATE_PROFILE)
    add_compile_options(-fprofile-generate=${CMAKE_BINARY_DIR}/raw -fprofile-update=atomic)
    add_link_options(-fprofile-generate)
  else()
    # Its name tells its content: a new profile is a new command for every file. The linker refuses to mix two.
    set(profile cmake/relay.profdata)
    file(SHA256 ${CMAKE_SOURCE_DIR}/${profile} profile_hash)
    string(SUBSTRING ${profile_hash} 0 12 profile_hash)
    configure_file(${CMAKE_SOURCE_DIR}/${profile} ${CMAKE_BINARY_DIR}/relay-${profile_hash}.profdata COPYONLY)
    add_compile_options(-fprofile-use=${CMAKE_BINARY_DIR}/relay-${profile_hash}.profdata -Wno-backend-plugin
                        -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date)
  endif()
  add_compile_options(-flto=thin)
  add_link_options(-flto=thin -Wl,--thinlto-jobs=all -Wl,--thinlto-cache-dir=${CMAKE_BINARY_DIR}/lto-cache)
endif()
