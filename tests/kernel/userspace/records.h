// What judge.c asks of the stand-ins beside what the kernel's sources do.

#ifndef IPEC_TESTS_KERNEL_RECORDS_H
#define IPEC_TESTS_KERNEL_RECORDS_H

#include <stddef.h>

// The record sent since the last call, or null. Valid until the next record is begun.
const char* take_record(void);

// What the allocator has handed out and not got back.
size_t held_memory(void);

#endif  // IPEC_TESTS_KERNEL_RECORDS_H
