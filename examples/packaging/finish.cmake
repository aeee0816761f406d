# CPack runs this between the installation into its directory and the packing: it compresses as
# Debian asks for, and gives every file the time of the version.
set(staged ${CPACK_TEMPORARY_DIRECTORY})
if(CPACK_GENERATOR STREQUAL "DEB")
  foreach(component program library development)
    string(TOUPPER ${component} upper)
    set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    set(documents ${staged}/${component}/usr/share/doc/${package})
    file(COPY ${CPACK_IPEC_DOCUMENTS}/copyright ${CPACK_IPEC_DOCUMENTS}/changelog ${CPACK_IPEC_DOCUMENTS}/changelog.Debian
      DESTINATION ${documents})
    file(REMOVE ${documents}/LICENSE)  # copyright has it
  endforeach()
  if(CPACK_IPEC_OVERRIDES)
    file(MAKE_DIRECTORY ${staged}/program/usr/share/lintian/overrides)
    file(COPY_FILE ${CPACK_IPEC_OVERRIDES} ${staged}/program/usr/share/lintian/overrides/ipec)
  endif()
  execute_process(COMMAND find ${staged} -type f ( -path */man/man?/* -o -name changelog -o -name changelog.Debian )
                  -exec gzip -9nf {} + COMMAND_ERROR_IS_FATAL ANY)
endif()
execute_process(COMMAND find ${staged} -exec touch -h -d @${CPACK_IPEC_EPOCH} {} + COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod -R u=rwX,go=rX ${staged} COMMAND_ERROR_IS_FATAL ANY)
