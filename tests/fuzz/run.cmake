# Runs one fuzz target over its corpus. libFuzzer writes what it finds into the first folder named:
# a fresh one, so that a run depends on nothing but the checked-in corpus.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
execute_process(
  COMMAND ${PROGRAM} -runs=20000 -seed=1 -max_total_time=120 -timeout=10 -print_final_stats=1
          -artifact_prefix=${WORK}/ ${WORK} ${CORPUS}
  RESULT_VARIABLE failed ERROR_VARIABLE log OUTPUT_VARIABLE log)
string(REGEX MATCH "stat::number_of_executed_units: *([0-9]+)" found "${log}")
if(failed OR NOT found)
  message(FATAL_ERROR "${log}\nThe input that failed is in ${WORK}; repeat: ${PROGRAM} <input>")
endif()
message(STATUS "${CMAKE_MATCH_1} inputs")
