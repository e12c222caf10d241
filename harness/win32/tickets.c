/*
 * Messages that no thread of the world sends, and the tickets by which their results are looked
 * for.
 */
#include "win32/world.h"

uint32_t rig_world_send(struct rig_world *world, uint32_t window,
                        const struct rig_win_message *message) {
  const struct world_window *to = window_at(world, window);
  if (to == NULL) {
    return RIG_WIN_NONE;
  }
  reads(world, touch_thread(to->thread));
  writes(world, TOUCH_TICKETS | touch_sent(to->thread));
  uint32_t ticket = 0;
  while (ticket < world->head.tickets && world->tickets[ticket].state != WORLD_RESULT_FREE) {
    ticket++;
  }
  if (ticket == RIG_WORLD_TICKETS) {
    rig_world_hit_limit(world, "tickets");
    return RIG_WIN_NONE;
  }
  struct world_item item = rig_item_of(world, window, message);
  item.ref = (uint8_t)(WORLD_REF_TICKET + ticket);
  if (!rig_sent_add(world, to->thread, &item)) {
    return RIG_WIN_NONE;
  }
  if (ticket == world->head.tickets) {
    world->head.tickets++;
  }
  world->tickets[ticket] = (struct world_result){
      .deadline = RIG_WIN_FOREVER, .state = WORLD_RESULT_QUEUED, .receiver = to->thread};
  rig_queue_set_bits(world, to->thread, QS_SENDMESSAGE);
  return ticket;
}

enum rig_win_ticket rig_world_send_state(const struct rig_world *world, uint32_t ticket,
                                         uint64_t *result) {
  reads(world, TOUCH_TICKETS);
  if (ticket >= world->head.tickets || world->tickets[ticket].state == WORLD_RESULT_FREE) {
    return RIG_TICKET_LOST;
  }
  const struct world_result *kept = &world->tickets[ticket];
  if (kept->replied) {
    if (result != NULL) {
      *result = kept->result;
    }
    return kept->error != 0 ? RIG_TICKET_LOST : RIG_TICKET_REPLIED;
  }
  return kept->state == WORLD_RESULT_QUEUED ? RIG_TICKET_QUEUED : RIG_TICKET_HANDLED;
}

void rig_world_send_drop(struct rig_world *world, uint32_t ticket) {
  writes(world, TOUCH_TICKETS);
  if (ticket >= world->head.tickets || world->tickets[ticket].state == WORLD_RESULT_FREE) {
    return;
  }
  rig_send_withdraw(world, WORLD_REF_TICKET + ticket);
  world->tickets[ticket] = (struct world_result){.state = WORLD_RESULT_FREE};
  while (world->head.tickets > 0 &&
         world->tickets[world->head.tickets - 1].state == WORLD_RESULT_FREE) {
    world->head.tickets--;
  }
}
