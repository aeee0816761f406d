# Writes man pages and completions with the program that was built, and installs them. Needs IPEC, WORK (a directory for
# the files), MAN and DATA (where they are installed, absolute).
function(ipec_page name)
  execute_process(COMMAND ${IPEC} help --man ${ARGN} OUTPUT_FILE ${WORK}/man1/${name}.1 COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(MAKE_DIRECTORY ${WORK}/man1)
execute_process(COMMAND ${IPEC} help OUTPUT_VARIABLE overview COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\n  [a-z]+  " rows "${overview}")
ipec_page(ipec)
foreach(row IN LISTS rows)
  string(STRIP "${row}" name)
  ipec_page(ipec-${name} ${name})
endforeach()
file(GLOB pages ${WORK}/man1/*.1)
file(INSTALL ${pages} DESTINATION ${MAN}/man1)

file(MAKE_DIRECTORY ${WORK}/man5)
foreach(topic IN ITEMS ipe-policy ipec.toml)
  execute_process(COMMAND ${IPEC} help --man ${topic} OUTPUT_FILE ${WORK}/man5/${topic}.5 COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${WORK}/man5/${topic}.5 DESTINATION ${MAN}/man5)
endforeach()

foreach(row IN ITEMS "bash bash-completion/completions ipec" "zsh zsh/site-functions _ipec"
                     "fish fish/vendor_completions.d ipec.fish")
  string(REPLACE " " ";" row "${row}")
  list(GET row 0 shell)
  list(GET row 1 directory)
  list(GET row 2 file)
  file(MAKE_DIRECTORY ${WORK}/${shell})
  execute_process(COMMAND ${IPEC} completion ${shell} OUTPUT_FILE ${WORK}/${shell}/${file} COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL ${WORK}/${shell}/${file} DESTINATION ${DATA}/${directory})
endforeach()
