/*
 * A keeper: an honest slow stop. What it has open takes longer than a second to close; a checkpoint
 * every quarter of a second tells the service control manager that it goes on (W:SetServiceStatus).
 */
#include "pumps/common/service.h"

#define PART_MS 250
#define PARTS 5

void pump(const HANDLE *handles, DWORD count) {
  pump_reference(handles, count);
  for (int i = 0; i < PARTS; i++) {
    client_stopping();
    Sleep(PART_MS);
  }
}

void client_setup(struct client *client) {
  client->pump = pump;
}
