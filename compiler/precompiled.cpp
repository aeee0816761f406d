// The source for which CMake compiles the precompiled headers; see CMakeLists.txt.
