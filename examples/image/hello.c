// The program on the volume: it says hello and ends.

#include <stdio.h>

int main(void) {
  puts("hello from the volume");
  return 0;
}
