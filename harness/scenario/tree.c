/*
 * From libyaml's events to a tree of nodes. Its parser does not recurse and neither does this: an
 * explicit stack, cut at RIG_TREE_DEPTH_MAX, so that no file can exhaust the process's own.
 */
#include "scenario/tree.h"

#include <string.h>
#include <yaml.h>

#include "core/assert.h"
#include "scenario/syntax.h"

struct builder {
  struct rig_reader *reader;
  struct rig_node *root;
  struct rig_node *open[RIG_TREE_DEPTH_MAX];
  size_t depth;
  size_t nodes;
  size_t documents;
  bool stopped; /* a limit was reached: told, and nothing more is read */
};

bool rig_node_is_empty(const struct rig_node *node) {
  return node->kind == RIG_NODE_SCALAR && node->plain &&
         (node->length == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

static struct rig_position position_of(const yaml_event_t *event) {
  return (struct rig_position){(uint32_t)event->start_mark.line + 1,
                               (uint32_t)event->start_mark.column + 1};
}

static void stop(struct builder *builder, struct rig_position position, const char *text) {
  rig_problem_add(builder->reader, position, "%s", text);
  builder->stopped = true;
}

/* A new child of the innermost open node; NULL when a limit or the memory ends the reading. */
static struct rig_node *add_node(struct builder *builder, enum rig_node_kind kind,
                                 struct rig_position position) {
  if (builder->nodes == RIG_TREE_NODES_MAX) {
    stop(builder, position, "more than 100,000 values in one file: split the scenario");
    return NULL;
  }
  struct rig_node *node = rig_arena_take(builder->reader->nodes, sizeof *node);
  if (node == NULL) {
    builder->stopped = true;
    return NULL;
  }
  builder->nodes++;
  node->kind = kind;
  node->position = position;
  node->text = "";
  if (builder->depth == 0) {
    builder->root = node;
    return node;
  }
  struct rig_node *parent = builder->open[builder->depth - 1];
  if (parent->last == NULL)
    parent->first = node;
  else
    parent->last->next = node;
  parent->last = node;
  parent->count++;
  if (parent->kind == RIG_NODE_MAPPING && parent->count > 2 * RIG_MAPPING_KEYS_MAX)
    stop(builder, position, "more than 1,000 keys in one mapping");
  return node;
}

static void refuse_extras(struct builder *builder, const yaml_event_t *event,
                          const yaml_char_t *anchor, const yaml_char_t *tag) {
  if (anchor != NULL)
    rig_problem_add(builder->reader, position_of(event),
                    "anchors ('&%s') are not supported: write the value out where it is used",
                    (const char *)anchor);
  if (tag != NULL)
    rig_problem_add(builder->reader, position_of(event),
                    "tags ('%s') are not supported: remove it, quote the value to make it a text",
                    (const char *)tag);
}

static void add_scalar(struct builder *builder, const yaml_event_t *event) {
  refuse_extras(builder, event, event->data.scalar.anchor, event->data.scalar.tag);
  struct rig_node *node = add_node(builder, RIG_NODE_SCALAR, position_of(event));
  if (node == NULL)
    return;
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  node->escapes = event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  node->length = event->data.scalar.length;
  const char *text = rig_arena_copy(builder->reader->nodes, (const char *)event->data.scalar.value,
                                    event->data.scalar.length);
  node->text = text == NULL ? "" : text;
}

static void add_alias(struct builder *builder, const yaml_event_t *event) {
  rig_problem_add(builder->reader, position_of(event),
                  "aliases ('*%s') are not supported: write the value out here",
                  (const char *)event->data.alias.anchor);
  struct rig_node *node = add_node(builder, RIG_NODE_SCALAR, position_of(event));
  if (node != NULL)
    node->refused = true;
}

static void open_node(struct builder *builder, enum rig_node_kind kind, const yaml_event_t *event) {
  if (kind == RIG_NODE_MAPPING)
    refuse_extras(builder, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
  else
    refuse_extras(builder, event, event->data.sequence_start.anchor,
                  event->data.sequence_start.tag);
  if (builder->depth == RIG_TREE_DEPTH_MAX) {
    stop(builder, position_of(event),
         "nested more than 16 deep: a scenario never needs that, is a bracket too many?");
    return;
  }
  struct rig_node *node = add_node(builder, kind, position_of(event));
  if (node == NULL)
    return;
  node->incomplete = true; /* until its end comes */
  builder->open[builder->depth++] = node;
}

static void close_node(struct builder *builder) {
  RIG_ASSERT(builder->depth > 0);
  builder->open[--builder->depth]->incomplete = false;
}

/* Takes one event; false when there is nothing more to read. */
static bool take(struct builder *builder, const yaml_event_t *event) {
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    if (builder->documents++ > 0)
      stop(builder, position_of(event),
           "a second document begins here: one scenario a file, put it in a file of its own");
    break;
  case YAML_SCALAR_EVENT:
    add_scalar(builder, event);
    break;
  case YAML_ALIAS_EVENT:
    add_alias(builder, event);
    break;
  case YAML_SEQUENCE_START_EVENT:
    open_node(builder, RIG_NODE_LIST, event);
    break;
  case YAML_MAPPING_START_EVENT:
    open_node(builder, RIG_NODE_MAPPING, event);
    break;
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    close_node(builder);
    break;
  case YAML_STREAM_END_EVENT:
    return false;
  default:
    break;
  }
  return !builder->stopped;
}

struct rig_node *rig_tree_read(struct rig_reader *reader, const char *text, size_t bytes) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) {
    reader->out_of_memory = true;
    return NULL;
  }
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
  struct builder builder = {.reader = reader};
  bool more = true;
  while (more) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      rig_syntax_problem(reader, &parser, text, bytes);
      break;
    }
    more = take(&builder, &event);
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  if (builder.root == NULL && reader->problems.count == 0 && !rig_arena_failed(reader->nodes))
    rig_problem_add(reader, (struct rig_position){1, 1},
                    "the file holds no scenario: it begins with 'name: ...'");
  return builder.root;
}
