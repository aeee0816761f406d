# Writes a header into a C++ source: cmake -DHEADER=… -DOUT=… -P embed_header.cmake
file(READ ${HEADER} text)
file(WRITE ${OUT} "#include \"compiler/driver/runtime_topic.h\"\n\nnamespace ipec::driver {\n\nconst std::string_view kRuntimeHeader = R\"ipec(${text})ipec\";\n\n}  // namespace ipec::driver\n")
