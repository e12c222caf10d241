# The PE side, once for each bitness; both are always built.
include(ExternalProject)

set(RIG_PACKAGE_x86_64 x86-64)
set(RIG_PACKAGE_i686 i686)
foreach(arch x86_64 i686)
  rig_require_program(RIG_GCC_${arch} ${arch}-w64-mingw32-gcc
                      gcc-mingw-w64-${RIG_PACKAGE_${arch}}-win32)
  if(RIG_TESTS) # clients in C++, of the corpus alone
    rig_require_program(RIG_GXX_${arch} ${arch}-w64-mingw32-g++
                        g++-mingw-w64-${RIG_PACKAGE_${arch}}-win32)
  endif()
  ExternalProject_Add(stubs-${arch}
    SOURCE_DIR ${CMAKE_SOURCE_DIR}/stubs
    BINARY_DIR ${CMAKE_BINARY_DIR}/stubs/${arch}
    CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${CMAKE_SOURCE_DIR}/cmake/mingw-${arch}.cmake
               -DCMAKE_BUILD_TYPE=RelWithDebInfo
               -DRIG_OUTPUT=${CMAKE_BINARY_DIR}/bin/${arch}
               -DRIG_TESTS=${RIG_TESTS}
    CMAKE_GENERATOR ${CMAKE_GENERATOR}
    BUILD_ALWAYS ON
    INSTALL_COMMAND ""
    USES_TERMINAL_BUILD ON)
endforeach()
