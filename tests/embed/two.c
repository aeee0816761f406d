/* Two policies of one name in one program, by headers that `ipec compile --emit=c` wrote. C99, and
 * C++ by two.cpp. */

#include <stdio.h>
#include <string.h>

#include "ipec/runtime/runtime.h"
#include "policy_table.h"
#include "second_table.h"

/* Again, as when a header of the program includes it. */
#include "policy_table.h"

static int decides(const unsigned char* table, size_t size, int wanted) {
  char name[64];
  ipec_policy policy;
  ipec_event event;
  int right;
  memset(&event, 0, sizeof event);
  event.operation = IPEC_OPERATION_Execute;
  event.hook = IPEC_HOOK_BprmCheck;
  event.enforcing = 1;
  if (ipec_load(table, size, &policy) != IPEC_LOAD_Ok) return 0;
  ipec_policy_name(&policy, name, sizeof name);
  right = strcmp(name, "appliance") == 0 && ipec_evaluate(&policy, &event).action == wanted;
  printf("%s %s\n", name, right ? "decides" : "errs");
  return right;
}

int main(void) {
  const int first = decides(ipec_appliance_table, sizeof ipec_appliance_table, IPEC_DENY);
  const int second = decides(second_policy, sizeof second_policy, IPEC_ALLOW);
  return first && second ? 0 : 1;
}
