/*
 * The window station of services. A program started there meets what a service meets: a station
 * without WSF_VISIBLE, windows that nobody sees, message boxes that block (measured under Wine 8;
 * W:Window Station and Desktop Creation names the station after the logon id, 0x3e7 being that of
 * LocalSystem). It exists as long as a handle to it is open, so this one is never closed.
 */
#include "host/host.h"

#include <winuser.h>

static wchar_t station_name[] = L"Service-0x0-3e7$";
static wchar_t desktop_path[] = L"Service-0x0-3e7$\\Default";

/* CreateDesktop makes a desktop in the station of the process: it is switched and switched back. */
static bool make_desktop(HWINSTA station) {
  const HWINSTA before = GetProcessWindowStation();
  if (!SetProcessWindowStation(station)) {
    return false;
  }
  const HDESK desktop = CreateDesktopW(L"Default", NULL, NULL, 0, GENERIC_ALL, NULL);
  const DWORD error = GetLastError();
  (void)SetProcessWindowStation(before);
  SetLastError(error);
  return desktop != NULL;
}

wchar_t *host_service_desktop(void) {
  static bool made;
  if (!made) {
    /* Opens the station when it exists already. */
    const HWINSTA station = CreateWindowStationW(station_name, 0, WINSTA_ALL_ACCESS, NULL);
    if (station == NULL || !make_desktop(station)) {
      return NULL;
    }
    made = true;
  }
  return desktop_path;
}
