/*
 * Progress: one line on standard error, rewritten, on a terminal alone.
 */
#ifndef RIG_CLI_PROGRESS_H
#define RIG_CLI_PROGRESS_H

/* Each does nothing where standard error is no terminal. Callable from several threads. */
__attribute__((format(printf, 1, 2))) void rig_progress(const char *format, ...);
void rig_progress_clear(void); /* before anything else is printed */

#endif
