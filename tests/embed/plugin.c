/* A plugin in C: it exports one function, and nothing of the library that it embeds. */

#include "ipec/runtime/runtime.h"
#include "policy_table.h"

int plugin_allows(void);
int plugin_allows(void) {
  ipec_policy policy;
  ipec_event event = {0};
  if (ipec_load(ipec_appliance_table, sizeof ipec_appliance_table, &policy) != IPEC_LOAD_Ok) {
    return -1;
  }
  return ipec_evaluate(&policy, &event).action == IPEC_ALLOW;
}
