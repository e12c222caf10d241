# One set of warnings for native and PE code; a warning is an error.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
                    -Wvla -Wundef -Werror)
