# Toolchain file: builds for aarch64 on another machine with Debian's cross compiler. The environment
# variable IPEC_AARCH64_ROOT names a directory with the libraries of that machine (./aarch64 makes it).
if(NOT IS_DIRECTORY "$ENV{IPEC_AARCH64_ROOT}/usr/lib/llvm-14")
  message(FATAL_ERROR "IPEC_AARCH64_ROOT names no directory with LLVM for aarch64; examples/packaging/aarch64 makes one")
endif()
set(root $ENV{IPEC_AARCH64_ROOT})
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CXX_FLAGS_INIT "-isystem ${root}/usr/include -isystem ${root}/usr/include/aarch64-linux-gnu")
set(CMAKE_EXE_LINKER_FLAGS_INIT -L${root}/usr/lib/aarch64-linux-gnu)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH ${root})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)  # writes the man pages
