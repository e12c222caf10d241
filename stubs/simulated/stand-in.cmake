# The stand-in for the simulator: objects of mapi32/, scm/ and simulated/ joined to one, whose names
# meet none of a client's, but for MAPI's exports, the calls that hooks/ takes over, and
# simulated.h's. Also used by tests/sim, which compiles the sources itself.
set(RIG_STAND_IN_FOLDER ${CMAKE_CURRENT_LIST_DIR})

# Its sources.
function(rig_stand_in_sources variable)
  get_filename_component(stubs ${RIG_STAND_IN_FOLDER}/.. ABSOLUTE)
  file(GLOB sources CONFIGURE_DEPENDS ${stubs}/mapi32/*.c ${stubs}/scm/*.c ${stubs}/simulated/*.c)
  set(${variable} ${sources} ${stubs}/hooks/hook_services.c ${stubs}/hooks/hook_console.c
      PARENT_SCOPE)
endfunction()

# A rule that makes the library `output` of `objects`, by way of files in `work`.
function(rig_stand_in_library output work objects)
  cmake_parse_arguments(PARSE_ARGV 3 tool "" "CC;OBJCOPY;AR" "")
  get_filename_component(exports ${RIG_STAND_IN_FOLDER}/../mapi32/exports.h ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${exports})
  file(READ ${exports} content)
  string(REGEX MATCHALL "\n  X\\([A-Za-z0-9_]+" entries "${content}")
  set(shown "simulated_control\nsimulated_console_event\n")
  foreach(entry ${entries})
    string(REGEX REPLACE "\n  X\\(" "" name "${entry}")
    string(APPEND shown "${name}\n")
  endforeach()
  set(renamed)
  foreach(name StartServiceCtrlDispatcherA StartServiceCtrlDispatcherW RegisterServiceCtrlHandlerA
          RegisterServiceCtrlHandlerW RegisterServiceCtrlHandlerExA RegisterServiceCtrlHandlerExW
          SetServiceStatus SetConsoleCtrlHandler)
    string(APPEND shown "hook_${name}\n")
    string(APPEND renamed "hook_${name} ${name}\n")
  endforeach()
  file(CONFIGURE OUTPUT ${work}/stand-in.shown CONTENT "${shown}" @ONLY)
  file(CONFIGURE OUTPUT ${work}/stand-in.renamed CONTENT "${renamed}" @ONLY)
  set(object ${work}/stand-in.o)
  get_filename_component(folder ${output} DIRECTORY)
  add_custom_command(OUTPUT ${output}
    COMMAND ${tool_CC} -nostdlib -r -o ${object} ${objects}
    COMMAND ${tool_OBJCOPY} --keep-global-symbols=${work}/stand-in.shown ${object}
    COMMAND ${tool_OBJCOPY} --redefine-syms=${work}/stand-in.renamed ${object}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${output}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${tool_AR} rcs ${output} ${object}
    DEPENDS ${objects} ${work}/stand-in.shown ${work}/stand-in.renamed
    COMMAND_EXPAND_LISTS VERBATIM)
endfunction()
