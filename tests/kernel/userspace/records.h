// The functions of the stand-ins that judge.c uses in addition to the kernel's sources.

#ifndef IPEC_TESTS_KERNEL_RECORDS_H
#define IPEC_TESTS_KERNEL_RECORDS_H

#include <stddef.h>

// The record sent since the last call, or null. Valid until the next record begins.
const char* take_record(void);

// The number of all records sent so far, empty ones included.
size_t count_records(void);

// Memory that is allocated and not freed.
size_t held_memory(void);

#endif  // IPEC_TESTS_KERNEL_RECORDS_H
