/* Every function of runtime.h, from C99, as a stranger would call it. */

#include <stdio.h>
#include <string.h>

#include "ipec/runtime/runtime.h"
#include "policy_table.h"

/* Of the rule in line 8. */
#define DIGEST "A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F90"

static int failures = 0;

static void expect_text(const char* what, const char* got, size_t length, const char* wanted) {
  if (strcmp(got, wanted) == 0 && length == strlen(wanted)) return;
  fprintf(stderr, "%s\n  expected %s\n  got      %s (length %u)\n", what, wanted, got,
          (unsigned)length);
  ++failures;
}

static void expect(const char* what, long got, long wanted) {
  if (got == wanted) return;
  fprintf(stderr, "%s: expected %ld, got %ld\n", what, wanted, got);
  ++failures;
}

/* Appends `LINE:CONDITION in RULE;` for each rule. */
struct trace {
  const ipec_policy* policy;
  char text[512];
  int left;
};

static int visit(void* context, const ipec_tried_rule* rule) {
  struct trace* trace = context;
  char* at = trace->text + strlen(trace->text);
  at += sprintf(at, "%u:", (unsigned)rule->line);
  at += ipec_condition_text(trace->policy, rule, at, 100);
  at += sprintf(at, " in ");
  ipec_tried_rule_text(trace->policy, rule, at, 200);
  strcat(at, ";");
  return --trace->left > 0;
}

int main(void) {
  static const uint8_t hash[2] = {0xE3, 0xB0};
  const ipec_identity old_policy = {"old", {1, 0, 0}, {"sha256", hash, sizeof hash}};
  const ipec_identity new_policy = {"new", {1, 2, 3}, {"sha256", hash, sizeof hash}};
  const ipec_actor actor = {UINT32_MAX, 7};
  const ipec_policy nothing = {{0}};
  ipec_policy policy;
  ipec_event event = {0};
  ipec_decision decision;
  ipec_version version;
  uint32_t features;
  char text[1024];
  static char path[4107 + 1];
  ipec_file file = {NULL, "tmpfs", 9};
  const ipec_digest digest = {"sha256", hash, sizeof hash};
  const ipec_verity verity = {&digest, 0};
  const ipec_tried_rule no_rule = {0, 0, 0, 0, 0, 0, 0};
  struct trace trace = {&policy, "", 100};
  char tiny[5] = {'#', '#', '#', '#', '#'};

  expect("empty", ipec_load("", 0, &policy), IPEC_LOAD_TooShort);
  expect_text("words", ipec_describe_load_status(IPEC_LOAD_TooShort),
              strlen(ipec_describe_load_status(1)), "too short to be a decision table");
  expect("load", ipec_load(ipec_appliance_table, sizeof ipec_appliance_table, &policy),
         IPEC_LOAD_Ok);
  expect_text("name", text, ipec_policy_name(&policy, text, sizeof text), "appliance");
  expect_text("cut name", (ipec_policy_name(&policy, tiny, 4), tiny), 3, "app");
  expect("not written", tiny[4], '#');
  version = ipec_policy_version(&policy);
  expect("version", version.major_number * 100 + version.minor_number * 10 + version.revision, 100);
  features = ipec_policy_features(&policy);

  expect("operation", ipec_find_operation(&policy, "KEXEC_IMAGE"), IPEC_OPERATION_KexecImage);
  expect("operation of rfc-v7", ipec_find_operation(&policy, "IMA_POLICY"), -1);
  expect("hook", ipec_find_hook(&policy, "MMAP"), IPEC_HOOK_Mmap);
  expect("no hook", ipec_find_hook(&policy, "mmap"), -1);

  event.operation = IPEC_OPERATION_Execute;
  event.hook = IPEC_HOOK_Mprotect;
  event.comm = "a b";
  decision = ipec_evaluate(&policy, &event);
  expect("action", decision.action, IPEC_DENY);
  expect("match", decision.match, IPEC_MATCH_GLOBAL_DEFAULT);
  expect("line", (long)decision.line, 3);
  expect("permissive", ipec_granted(&decision, &event), 1);
  event.enforcing = 1;
  expect("enforcing", ipec_granted(&decision, &event), 0);
  expect_text("rule", text, ipec_rule_text(&policy, &event, &decision, text, sizeof text),
              "DEFAULT action=DENY");
  expect_text("access", text, ipec_access_record(&policy, &event, &decision, 0, text, sizeof text),
              "ipe_op=EXECUTE ipe_hook=MPROTECT enforcing=1 pid=0 comm=612062 path=? dev=? ino=? "
              "rule=\"DEFAULT action=DENY\"");
  memset(path, 'a', sizeof path - 1);
  file.path = path;
  event.file = &file;
  ipec_access_record(&policy, &event, &decision, 0, text, sizeof text);
  expect("too long a path", strstr(text, " path=\"<too_long>\" dev=\"tmpfs\" ino=9 ") != NULL, 1);
  file.path = path + 1;
  expect("the longest path", (long)ipec_access_record(&policy, &event, &decision, 0, NULL, 0),
         (long)(strlen(text) - strlen("<too_long>") + strlen(file.path)));
  event.file = NULL;
  event.boot_verified = 1;
  decision = ipec_evaluate(&policy, &event);
  expect("allow", decision.action, IPEC_ALLOW);
  expect("by a rule", decision.match, IPEC_MATCH_RULE);
  expect_text("no record", text,
              ipec_access_record(&policy, &event, &decision, 0, text, sizeof text), "");
  expect_text("success audit", text,
              ipec_access_record(&policy, &event, &decision, 1, text, sizeof text),
              "ipe_op=EXECUTE ipe_hook=MPROTECT enforcing=1 pid=0 comm=612062 path=? dev=? ino=? "
              "rule=\"op=EXECUTE boot_verified=TRUE action=ALLOW\"");
  expect("measured only", (long)ipec_access_record(&policy, &event, &decision, 1, NULL, 0),
         (long)strlen(text));

  /* A file with another digest, that is not on the initramfs. */
  event.boot_verified = 0;
  event.file = &file;
  event.fsverity = &verity;
  decision = ipec_explain(&policy, &event, visit, &trace);
  expect("explained", (long)decision.line, 3);
  expect_text("tried", trace.text, strlen(trace.text),
              "7:boot_verified=TRUE in op=EXECUTE boot_verified=TRUE action=ALLOW;"
              "8:fsverity_digest=\"sha256\":" DIGEST
              " in op=EXECUTE fsverity_digest=\"sha256\":" DIGEST " action=ALLOW;");
  trace.text[0] = '\0';
  trace.left = 1;
  expect("stopped", (long)ipec_explain(&policy, &event, visit, &trace).line, 3);
  expect_text("the first one", trace.text, strlen(trace.text),
              "7:boot_verified=TRUE in op=EXECUTE boot_verified=TRUE action=ALLOW;");
  event.boot_verified = 1;
  trace.text[0] = '\0';
  expect("decided at once", (long)ipec_explain(&policy, &event, visit, &trace).line, 7);
  expect_text("none before it", trace.text, strlen(trace.text), "");
  expect("tried by nothing", (long)ipec_tried_rule_text(&nothing, &no_rule, NULL, 0), 0);

  expect("not loaded", ipec_evaluate(&nothing, &event).action, IPEC_DENY);
  event.operation = 12345;
  expect("no such operation", ipec_evaluate(&policy, &event).action, IPEC_DENY);

  expect_text("load", text, ipec_load_record(features, &new_policy, &actor, text, sizeof text),
              "policy_name=\"new\" policy_version=1.2.3 policy_digest=sha256:E3B0 "
              "auid=4294967295 ses=7 lsm=ipe res=1");
  expect_text("failed load", text,
              ipec_failed_load_record(features, -74, &actor, text, sizeof text), "");
  expect_text("activation", text,
              ipec_activation_record(features, NULL, &new_policy, &actor, text, sizeof text),
              "old_active_pol_name=? old_active_pol_version=? old_policy_digest=? "
              "new_active_pol_name=\"new\" new_active_pol_version=1.2.3 "
              "new_policy_digest=sha256:E3B0 auid=4294967295 ses=7 lsm=ipe res=1");
  expect_text(
      "replaced", text,
      ipec_activation_record(features, &old_policy, &new_policy, &actor, text, sizeof text),
      "old_active_pol_name=\"old\" old_active_pol_version=1.0.0 old_policy_digest=sha256:E3B0 "
      "new_active_pol_name=\"new\" new_active_pol_version=1.2.3 "
      "new_policy_digest=sha256:E3B0 auid=4294967295 ses=7 lsm=ipe res=1");
  expect("mode records", (long)ipec_mode_record_count(features), 2);
  expect_text("mode", text, ipec_mode_record(features, 0, 1, &actor, text, sizeof text),
              "enforcing=0 old_enforcing=1 auid=4294967295 ses=7 enabled=1 old-enabled=1 lsm=ipe "
              "res=1");
  if (failures == 0) puts("every function of the C interface answers");
  return failures == 0 ? 0 : 1;
}
