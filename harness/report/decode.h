/*
 * Records in words: names, arguments and results with every flag and value decoded.
 */
#ifndef RIG_REPORT_DECODE_H
#define RIG_REPORT_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "core/trace.h"

#define RIG_DECODED_BYTES 1024u

/* MAPI's own windows, learned from WINDOW records, so that a handle can be named. */
struct rig_decoder {
  const struct rig_trace *trace;
  uint32_t windows[8];  /* hwnd */
  uint32_t kinds[8];    /* enum rig_window */
  uint32_t messages[8]; /* the registered message of a notification window */
  size_t window_count;
};

void rig_decoder_init(struct rig_decoder *decoder, const struct rig_trace *trace);

/* "GetMessageW", "post" (a stimulus), "READY" (a state), "receipt". Never NULL. */
const char *rig_decode_name(const struct rig_record *record);

/* The word of an action: "post-thread". "?" for an unknown one. */
const char *rig_action_text(unsigned action);

/* Name and arguments of a call: "MsgWaitForMultipleObjects(2 handles {0x40, 0x44}, any, INFINITE,
 * QS_ALLINPUT)". For ENTER and CALL records. Returns `buffer`. */
char *rig_decode_call(const struct rig_decoder *decoder, uint32_t index,
                      const struct rig_record *record, char *buffer, size_t size);

/* The result of a call: "WAIT_OBJECT_0 + 1 (input)". For LEAVE and CALL records. */
char *rig_decode_result(const struct rig_decoder *decoder, uint32_t index,
                        const struct rig_record *record, char *buffer, size_t size);

/* A stimulus, a receipt or a state, as one phrase. */
char *rig_decode_event(const struct rig_decoder *decoder, uint32_t index,
                       const struct rig_record *record, char *buffer, size_t size);

/* "WM_APP + 3", "WM_QUIT", "szMAPINotificationMsg", "0xC123". */
char *rig_decode_message(const struct rig_decoder *decoder, uint32_t message, char *buffer,
                         size_t size);

/* "the notification window", "the idle window", "thread messages", "0x10020". */
char *rig_decode_window(const struct rig_decoder *decoder, uint32_t hwnd, char *buffer,
                        size_t size);

#endif
