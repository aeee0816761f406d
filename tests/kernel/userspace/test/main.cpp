// Links the comparison with one build of the kernel's code.

namespace ipec::kernel_test {
int CompareSmallPolicies();
}

int main() {
  return ipec::kernel_test::CompareSmallPolicies();
}
