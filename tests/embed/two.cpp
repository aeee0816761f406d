// The same as C++.

#include "two.c"
