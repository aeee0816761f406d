// Functions of the C library by which libcrypto and LLVM could load modules and ask for users and
// hosts, for the static program. There they would load shared libraries of the C library that the
// program was linked with. ipec calls none of the code that uses them: it starts without
// configuration files of OpenSSL, opens no connection and expands no `~`. Here they fail, as on a
// machine without modules, users and hosts. Calls of dlopen go to __wrap_dlopen by an option of the
// linker, which otherwise warns of the dlopen that the C library keeps for itself.

#include <dlfcn.h>
#include <netdb.h>
#include <pwd.h>

extern "C" {

// NOLINTNEXTLINE(bugprone-reserved-identifier): the name that the linker asks for
void* __wrap_dlopen(const char* /*file*/, int /*mode*/) noexcept {
  return nullptr;
}

void* dlsym(void* __restrict /*handle*/, const char* __restrict /*name*/) noexcept {
  return nullptr;
}

int dlclose(void* /*handle*/) noexcept {
  return -1;
}

char* dlerror() noexcept {
  static char message[] = "this program is linked statically";
  return message;
}

int dladdr(const void* /*address*/, Dl_info* /*info*/) noexcept {
  return 0;
}

passwd* getpwnam(const char* /*name*/) {
  return nullptr;
}

passwd* getpwuid(uid_t /*user*/) {
  return nullptr;
}

int getaddrinfo(const char* __restrict /*name*/, const char* __restrict /*service*/,
                const addrinfo* __restrict /*hints*/, addrinfo** __restrict /*result*/) {
  return EAI_FAIL;
}

void freeaddrinfo(addrinfo* /*list*/) noexcept {}

const char* gai_strerror(int /*code*/) noexcept {
  return "this program is linked statically";
}

int getnameinfo(const sockaddr* __restrict /*address*/, socklen_t /*size*/,
                char* __restrict /*host*/, socklen_t /*host_size*/, char* __restrict /*service*/,
                socklen_t /*service_size*/, int /*flags*/) {
  return EAI_FAIL;
}

hostent* gethostbyname(const char* /*name*/) {
  return nullptr;
}

}  // extern "C"
