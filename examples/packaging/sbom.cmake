# IPEC_SBOM: the libraries of dependencies.def with the versions of their headers, as SPDX 2.3, and
# IPEC_CONTAINED: the same for the copyright file.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/dependencies.def rows REGEX "^[^#]")

string(REGEX REPLACE "\\.a$" ".so" antlr_shared ${ANTLR4_LIBRARY})
set(IPEC_ANTLR_VERSION unknown)
if(EXISTS ${antlr_shared})
  file(REAL_PATH ${antlr_shared} antlr_shared)
  string(REGEX MATCH "[0-9.]+$" found ${antlr_shared})
  string(REGEX REPLACE "^\\." "" IPEC_ANTLR_VERSION "${found}")
endif()

set(source "#include <llvm/Config/llvm-config.h>\n#include <fmt/core.h>\n#include <openssl/opensslv.h>\n")
string(APPEND source "#include <zlib.h>\n#include <curses.h>\n#include <features.h>\n")
set(number 0)
foreach(row IN LISTS rows)
  string(REGEX REPLACE " *\\| *" ";" cells "${row}")
  list(GET cells 4 version)
  string(CONFIGURE "${version}" version @ONLY)
  string(APPEND source "ipec_version_${number} ${version}\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${PROJECT_BINARY_DIR}/packaging/versions.cpp "${source}")
separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
get_target_property(directories ipec_llvm INTERFACE_INCLUDE_DIRECTORIES)
get_target_property(openssl OpenSSL::Crypto INTERFACE_INCLUDE_DIRECTORIES)
list(APPEND directories ${openssl})
list(FILTER directories EXCLUDE REGEX "^/usr/include$")  # the headers of the C++ library must precede it
list(TRANSFORM directories PREPEND -I)
execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${flags} -std=c++20 -E -P ${directories} ${PROJECT_BINARY_DIR}/packaging/versions.cpp
  OUTPUT_VARIABLE expanded RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(STATUS "no versions in the bill of materials: a header of a library is missing")
endif()

string(TIMESTAMP created "%Y-%m-%dT%H:%M:%SZ" UTC)
set(packages "")
set(relations "")
set(IPEC_CONTAINED "")
set(number 0)
foreach(row IN LISTS rows)
  string(REGEX REPLACE " *\\| *" ";" cells "${row}")
  list(GET cells 0 name)
  list(GET cells 1 link)
  if(IPEC_STATIC OR link STREQUAL "static" OR (name STREQUAL "OpenSSL" AND OPENSSL_CRYPTO_LIBRARY MATCHES "\\.a$"))
    set(relation STATIC_LINK)
  else()
    set(relation DYNAMIC_LINK)
  endif()
  list(GET cells 2 license)
  list(GET cells 3 home)
  set(version "")
  if(expanded MATCHES "ipec_version_${number} +([^\n]+)")
    string(REGEX REPLACE "[\" ]" "" version "${CMAKE_MATCH_1}")
  endif()
  string(REGEX MATCH "^[0-9][0-9.]*" version "${version}")
  if(name STREQUAL "fmt" AND version)  # 90100
    math(EXPR major "${version} / 10000")
    math(EXPR minor "${version} / 100 % 100")
    math(EXPR patch "${version} % 100")
    set(version ${major}.${minor}.${patch})
  endif()
  if(version STREQUAL "")
    set(version unknown)
  endif()
  string(REGEX REPLACE "[^A-Za-z0-9]" "" id ${name})
  string(APPEND packages ",
    {\"SPDXID\": \"SPDXRef-${id}\", \"name\": \"${name}\", \"versionInfo\": \"${version}\",
     \"downloadLocation\": \"NOASSERTION\", \"homepage\": \"${home}\", \"filesAnalyzed\": false,
     \"licenseConcluded\": \"${license}\", \"licenseDeclared\": \"${license}\", \"copyrightText\": \"NOASSERTION\"}")
  string(APPEND relations ",
    {\"spdxElementId\": \"SPDXRef-ipec\", \"relationshipType\": \"${relation}\", \"relatedSpdxElement\": \"SPDXRef-${id}\"}")
  string(APPEND IPEC_CONTAINED "  ${name} ${version}: ${license}, ${home}\n")
  math(EXPR number "${number} + 1")
endforeach()
string(REGEX REPLACE "\n$" "" IPEC_CONTAINED "${IPEC_CONTAINED}")

set(IPEC_SBOM ${PROJECT_BINARY_DIR}/ipec.spdx.json)
file(CONFIGURE OUTPUT ${IPEC_SBOM} @ONLY CONTENT [[{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "ipec-@PROJECT_VERSION@",
  "documentNamespace": "https://spdx.org/spdxdocs/ipec-@PROJECT_VERSION@-@CMAKE_SYSTEM_PROCESSOR@-@created@",
  "creationInfo": {"created": "@created@", "creators": ["Organization: The ipec authors", "Tool: CMake-@CMAKE_VERSION@"]},
  "packages": [
    {"SPDXID": "SPDXRef-ipec", "name": "ipec", "versionInfo": "@PROJECT_VERSION@",
     "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
     "licenseConcluded": "MIT", "licenseDeclared": "MIT", "copyrightText": "Copyright (c) 2026 The ipec authors"}@packages@
  ],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-ipec"}@relations@
  ]
}
]])
