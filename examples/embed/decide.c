/* The same from C, with the table built into the program: `ipec compile --emit=c` wrote the header.
 */

#include <stdio.h>

#include "ipec/runtime/runtime.h"
#include "policy_table.h"

static void show(const ipec_policy* policy, const ipec_event* event) {
  const ipec_decision decision = ipec_evaluate(policy, event);
  char record[1024];
  ipec_access_record(policy, event, &decision, 1, record, sizeof record);
  printf("%s, line %u: %s\n", decision.action == IPEC_ALLOW ? "ALLOW" : "DENY",
         (unsigned)decision.line, record);
}

int main(void) {
  static const uint8_t known[32] = {0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x07, 0x18,
                                    0x29, 0x3A, 0x4B, 0x5C, 0x6D, 0x7E, 0x8F, 0x90,
                                    0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x07, 0x18,
                                    0x29, 0x3A, 0x4B, 0x5C, 0x6D, 0x7E, 0x8F, 0x90};
  const ipec_digest digest = {"sha256", known, sizeof known};
  const ipec_file file = {"/usr/bin/tool", "vda", 97};
  const ipec_verity fsverity = {&digest, 0};
  ipec_policy policy;
  ipec_event event = {0};

  const int status = ipec_load(ipec_appliance_table, sizeof ipec_appliance_table, &policy);
  if (status != IPEC_LOAD_Ok) {
    fprintf(stderr, "%s\n", ipec_describe_load_status(status));
    return 3;
  }

  event.operation = IPEC_OPERATION_Execute;
  event.hook = IPEC_HOOK_BprmCheck;
  event.enforcing = 1;
  event.pid = 36;
  event.comm = "sh";
  event.file = &file;
  show(&policy, &event);

  event.fsverity = &fsverity;
  show(&policy, &event);

  event.operation = IPEC_OPERATION_Policy;
  event.hook = IPEC_HOOK_KernelRead;
  show(&policy, &event);
  return 0;
}
