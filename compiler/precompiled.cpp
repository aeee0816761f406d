// The source that CMake compiles the precompiled headers for; see CMakeLists.txt.
