# Packages by CPack, of what `cmake --install` installs: Debian's of the program (ipec), of the runtime
# library (libipec-runtime0) and of what programs that use it are built with (libipec-runtime-dev), and
# an archive with the program alone. README.md lists their files. Included by the CMakeLists.txt of
# the root, which has the version.

set(IPEC_REVISION 0ipec1)  # below the -1 of a package that Debian would make
set(IPEC_MAINTAINER "The ipec authors <ipec@users.noreply.github.com>" CACHE STRING "maintainer of the packages")
set(IPEC_VSIX ${CMAKE_BINARY_DIR}/node/lsp-editors-vscode/ipec.vsix CACHE FILEPATH
  "the VS Code extension, in the package if the file exists (lsp/editors/vscode/README.md)")

# The time of all files in packages. The same sources and tools give the same bytes.
set(IPEC_EPOCH $ENV{SOURCE_DATE_EPOCH})
if(NOT IPEC_EPOCH)
  execute_process(COMMAND date -u -d "${IPEC_DATE}" +%s OUTPUT_VARIABLE IPEC_EPOCH OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
endif()
execute_process(COMMAND date -u -R -d "@${IPEC_EPOCH}" OUTPUT_VARIABLE IPEC_CHANGELOG_DATE OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
set(ENV{SOURCE_DATE_EPOCH} ${IPEC_EPOCH})  # for TIMESTAMP in sbom.cmake

include(${CMAKE_CURRENT_LIST_DIR}/sbom.cmake)

# Editors
set(editors ${PROJECT_SOURCE_DIR}/lsp/editors)
set(vim ${CMAKE_INSTALL_DATADIR}/vim/vimfiles)
set(neovim ${CMAKE_INSTALL_DATADIR}/nvim/site)
foreach(directory ftdetect ftplugin syntax)
  install(DIRECTORY ${editors}/vim/${directory} DESTINATION ${vim} COMPONENT program)
  install(DIRECTORY ${editors}/vim/${directory} DESTINATION ${neovim} COMPONENT program)
endforeach()
foreach(directory ftdetect lsp lua)
  install(DIRECTORY ${editors}/neovim/${directory} DESTINATION ${neovim} COMPONENT program)
endforeach()
install(FILES ${editors}/emacs/ipe-mode.el DESTINATION ${CMAKE_INSTALL_DATADIR}/emacs/site-lisp COMPONENT program)
install(FILES ${editors}/kate/ipe.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/org.kde.syntax-highlighting/syntax COMPONENT program)
install(FILES ${editors}/kate/settings.json DESTINATION ${CMAKE_INSTALL_DATADIR}/ipec/kate COMPONENT program)
install(FILES ${editors}/helix/languages.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/ipec/helix COMPONENT program)
install(FILES ${editors}/vscode/ipec.schema.json ${IPEC_VSIX} DESTINATION ${CMAKE_INSTALL_DATADIR}/ipec/vscode
  COMPONENT program OPTIONAL)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${IPEC_SBOM} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/ipec COMPONENT program)

# Documents of Debian's packages: finish.cmake adds them.
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in packaging/changelog.Debian @ONLY)
file(READ ${PROJECT_SOURCE_DIR}/LICENSE IPEC_LICENSE_TEXT)
string(REGEX REPLACE "^.*\n\nPermission" "Permission" IPEC_LICENSE_TEXT "${IPEC_LICENSE_TEXT}")
string(REGEX REPLACE "\n$" "" IPEC_LICENSE_TEXT "${IPEC_LICENSE_TEXT}")
string(REPLACE "\n\n" "\n.\n" IPEC_LICENSE_TEXT "${IPEC_LICENSE_TEXT}")
string(REPLACE "\n" "\n " IPEC_LICENSE_TEXT " ${IPEC_LICENSE_TEXT}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright.in packaging/copyright @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md packaging/changelog COPYONLY)

# Recipes of distributions, which build from source.
file(MD5 ${PROJECT_SOURCE_DIR}/LICENSE IPEC_LICENSE_MD5)
configure_file(${CMAKE_CURRENT_LIST_DIR}/ipec.spec.in packaging/ipec.spec @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/ipec.bb.in packaging/ipec_${PROJECT_VERSION}.bb @ONLY)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME ipec)
set(CPACK_PACKAGE_CONTACT ${IPEC_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/generators.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/finish.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/checksums.cmake)
set(CPACK_IPEC_DOCUMENTS ${PROJECT_BINARY_DIR}/packaging)
if(IPEC_STATIC)
  set(CPACK_IPEC_OVERRIDES ${CMAKE_CURRENT_LIST_DIR}/lintian-overrides)
endif()
set(CPACK_IPEC_EPOCH ${IPEC_EPOCH})
set(CPACK_IPEC_SBOM ${IPEC_SBOM})
string(TOLOWER ${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR} CPACK_SYSTEM_NAME)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${IPEC_REVISION})
set(CPACK_DEBIAN_COMPRESSION_TYPE none)  # checksums.cmake compresses
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
if(CMAKE_CROSSCOMPILING)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)  # it would ask for the libraries of this machine
  string(REPLACE aarch64 arm64 CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${CMAKE_SYSTEM_PROCESSOR})
endif()

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ipec)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "compiler, linter and language server for Linux IPE policies
IPE (Integrity Policy Enforcement) is a Linux security module: a device runs
only files that a signed policy trusts by their dm-verity volume, fs-verity
digest or initramfs origin.

The program ipec checks policies as a given kernel would, and finds mistakes
that it would not report. It lays out, compares, tests, signs and verifies
them, and serves editors.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libipec-runtime${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/triggers)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "decisions and records of Linux IPE policies - shared library
Decides events and writes audit records as the kernel's Integrity Policy
Enforcement does, from a decision table that \"ipec compile\" makes.

This package has the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libipec-runtime-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libipec-runtime${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "decisions and records of Linux IPE policies - development files
Decides events and writes audit records as the kernel's Integrity Policy
Enforcement does, from a decision table that \"ipec compile\" makes.

This package has the headers for C and C++, the static library, and files for
CMake and pkg-config.")

include(CPack)
