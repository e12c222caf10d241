# One set of warnings for native and PE code; a warning is an error.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef -Werror
                    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
                    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
