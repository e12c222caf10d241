# Requirements that name the Debian package which brings what is missing.

function(rig_require_program variable program package)
  find_program(${variable} ${program})
  if(NOT ${variable})
    message(FATAL_ERROR "${program} is missing: install the Debian package ${package} "
                        "(./rig installs everything)")
  endif()
endfunction()

function(rig_require_module prefix module package)
  pkg_check_modules(${prefix} IMPORTED_TARGET ${module})
  if(NOT ${prefix}_FOUND)
    message(FATAL_ERROR "${module} is missing: install the Debian package ${package} "
                        "(./rig installs everything)")
  endif()
endfunction()
