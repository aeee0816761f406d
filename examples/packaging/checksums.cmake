# CPack runs this when a generator has written its packages: SHA256SUMS, and the bill of materials,
# beside them.

# Packed again by dpkg-deb. CPack adds scripts that call ldconfig to packages of libraries, where Debian
# has a trigger (triggers), and the mode of its parts depends on the umask.
foreach(package IN LISTS CPACK_PACKAGE_FILES)
  if(package MATCHES "\\.deb$")
    set(unpacked ${package}.unpacked)
    file(REMOVE_RECURSE ${unpacked})
    execute_process(COMMAND dpkg-deb --raw-extract ${package} ${unpacked} COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE ${unpacked}/DEBIAN/postinst ${unpacked}/DEBIAN/postrm)
    execute_process(COMMAND chmod 755 ${unpacked} ${unpacked}/DEBIAN COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND dpkg-deb --root-owner-group -Zxz --threads-max=1 --build ${unpacked} ${package}
      OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE_RECURSE ${unpacked})
  endif()
endforeach()

file(COPY ${CPACK_IPEC_SBOM} DESTINATION ${CPACK_PACKAGE_DIRECTORY})
set(sums ${CPACK_PACKAGE_DIRECTORY}/SHA256SUMS)
set(lines "")
if(EXISTS ${sums})
  file(STRINGS ${sums} lines)
endif()
foreach(file IN LISTS CPACK_PACKAGE_FILES CPACK_IPEC_SBOM)
  cmake_path(GET file FILENAME name)
  file(SHA256 ${file} sum)
  list(FILTER lines EXCLUDE REGEX "^[0-9a-f]+  ${name}$")
  list(APPEND lines "${sum}  ${name}")
endforeach()
list(SORT lines)
list(JOIN lines "\n" lines)
file(WRITE ${sums} "${lines}\n")
