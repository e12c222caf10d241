/*
 * libyaml's syntax errors in words that say what to do. Internal to the loader.
 */
#ifndef RIG_SCENARIO_SYNTAX_H
#define RIG_SCENARIO_SYNTAX_H

#include <yaml.h>

#include "scenario/tree.h"

/* Tells why `parser` gave up on `text`. */
void rig_syntax_problem(struct rig_reader *reader, const yaml_parser_t *parser, const char *text,
                        size_t bytes);

#endif
