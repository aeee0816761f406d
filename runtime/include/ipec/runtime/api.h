/* Which functions the shared library exports: IPEC_RUNTIME_API before a declaration. The static
 * library exports none, so that a plugin which embeds it does not either: it is compiled with
 * IPEC_RUNTIME_STATIC. Programs that use the library define nothing. */
#ifndef IPEC_RUNTIME_API_H
#define IPEC_RUNTIME_API_H

#if defined(__GNUC__) && !defined(IPEC_RUNTIME_STATIC)
#define IPEC_RUNTIME_API __attribute__((visibility("default")))
#else
#define IPEC_RUNTIME_API
#endif

#endif
