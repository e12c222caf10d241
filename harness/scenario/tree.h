/*
 * YAML as a tree of nodes with positions, and the problems found on the way. Internal to the
 * loader.
 *
 * What a scenario may use of YAML is decided here: one document; mappings, lists and scalars in
 * block and flow style; comments. Anchors, aliases, merge keys and tags are refused, each with its
 * position: a reader of a scenario sees what it does where it is written.
 */
#ifndef RIG_SCENARIO_TREE_H
#define RIG_SCENARIO_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/memory.h"
#include "scenario/scenario.h"

#define RIG_TREE_DEPTH_MAX 16u
#define RIG_TREE_NODES_MAX 100000u
#define RIG_MAPPING_KEYS_MAX 1000u
#define RIG_PROBLEMS_MAX 500u

enum rig_node_kind { RIG_NODE_SCALAR, RIG_NODE_LIST, RIG_NODE_MAPPING };

struct rig_node {
  enum rig_node_kind kind;
  bool plain;      /* a scalar without quotes */
  bool escapes;    /* a scalar in double quotes: a backslash may have become something else */
  bool refused;    /* its problem is told already; readers pass it by */
  bool incomplete; /* the file broke off inside it: nothing is called missing here */
  struct rig_position position;
  const char *text; /* of a scalar: terminated, may hold NULs before `length` */
  size_t length;
  struct rig_node *first; /* children; in a mapping keys and values alternate */
  struct rig_node *last;
  struct rig_node *next; /* the following child of the parent */
  size_t count;
};

/* What every part of the loader works on. */
struct rig_reader {
  struct rig_scenario *scenario;
  struct rig_arena *memory; /* the scenario's */
  struct rig_arena *nodes;  /* the tree's, gone after loading */
  struct rig_problems problems;
  size_t untold; /* problems beyond RIG_PROBLEMS_MAX */
  bool out_of_memory;
  bool look_for_files;
};

/* Adds one problem. Control characters of what the user wrote are replaced, long texts cut. */
__attribute__((format(printf, 3, 4))) void
rig_problem_add(struct rig_reader *reader, struct rig_position position, const char *format, ...);

/* Puts the problems in the order of their positions, and adds how many were left out. */
void rig_problems_finish(struct rig_reader *reader);

/* Checks that `text` is UTF-8 without control characters; tells the first place where it is not. */
bool rig_text_check(struct rig_reader *reader, const char *text, size_t bytes);

/* Reads `text` into a tree. NULL when there is none at all; problems tell why. A tree cut short by
 * a syntax error is returned as far as it goes. */
struct rig_node *rig_tree_read(struct rig_reader *reader, const char *text, size_t bytes);

/* A plain scalar that stands for no value: nothing, `~` or `null`. */
bool rig_node_is_empty(const struct rig_node *node);

#endif
