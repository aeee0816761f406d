# Read by CPack for each generator.
set(ENV{SOURCE_DATE_EPOCH} ${CPACK_IPEC_EPOCH})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
if(CPACK_GENERATOR STREQUAL "TGZ")
  # The program alone, in one directory, which works wherever it is.
  set(CPACK_COMPONENTS_ALL program)
  set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
  set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
  set(CPACK_ARCHIVE_THREADS 1)
endif()
