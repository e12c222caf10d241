/*
 * What the files of the simulated SCM share: the services of this process.
 */
#ifndef STUBS_SCM_PRIVATE_H
#define STUBS_SCM_PRIVATE_H

#include "core/session.h"
#include "recorder/recorder.h"
#include "scm/scm.h"

struct scm_service {
  char name[SCM_NAME_BYTES]; /* as it was started: argv[0] of its ServiceMain */
  void *main;
  bool wide;
  struct scm_handler handler;
  SERVICE_STATUS status; /* dwCurrentState 0: nothing reported yet */
  uint32_t begun;        /* atomic: its ServiceMain has been entered, or never will be */
};

/* Everything below is guarded by `lock`, but for `begun`. */
struct scm_state {
  SRWLOCK lock;
  struct scm_service services[SCM_SERVICES];
  uint32_t count;
  struct scm_order {
    uint32_t service;
    uint32_t control;
  } orders[SCM_SERVICES * 2]; /* controls that wait for the dispatcher's thread */
  uint32_t order_count;
  HANDLE wake; /* auto-reset: an order came, a service stopped, or has begun */
};
extern struct scm_state scm_state;

/* Starts the ServiceMain of `service` on a thread of its own. */
bool scm_start_service(struct scm_service *service);
/* Its ServiceMain has been entered (or never will be: memory ran out). Until then scm_state.wake
 * may be waited for, unless it is the last service of the run. */
bool scm_service_begun(const struct scm_service *service);

#endif
