/* hook-forward.dll is its module definition alone; a DLL needs a source. */
typedef int hook_forward_has_no_code;
