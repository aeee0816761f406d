// The functions behind standin.h: counted memory and collected records.

#include "standin.h"

#include <stdarg.h>
#include <stdio.h>

#include "records.h"

// --- memory
// ---------------------------------------------------------------------------------------

// Before each block, so that the caller's part stays aligned.
struct block {
  size_t class_size;
  size_t unused;
};

static size_t held;

// The size that kmalloc allocates for a request: the size of its cache, or whole pages.
static size_t class_of(size_t size) {
  static const size_t classes[] = {0,   8,   16,  32,   64,   96,   128,
                                   192, 256, 512, 1024, 2048, 4096, 8192};
  for (size_t i = 0; i < ARRAY_SIZE(classes); ++i) {
    if (size <= classes[i]) return classes[i];
  }
  size_t pages = 16384;
  while (pages < size) pages *= 2;
  return pages;
}

void* kzalloc(size_t size, gfp_t flags) {
  (void)flags;
  struct block* block = calloc(1, sizeof *block + size);
  if (!block) abort();
  block->class_size = class_of(size);
  held += block->class_size;
  return block + 1;
}

void* kmalloc(size_t size, gfp_t flags) {
  return kzalloc(size, flags);
}

void kfree(const void* pointer) {
  if (!pointer) return;
  struct block* block = (struct block*)pointer - 1;
  held -= block->class_size;
  free(block);
}

size_t held_memory(void) {
  return held;
}

char* kmemdup_nul(const char* text, size_t length, gfp_t flags) {
  char* copy = kmalloc(length + 1, flags);
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}

char* kstrndup(const char* text, size_t most, gfp_t flags) {
  return kmemdup_nul(text, strnlen(text, most), flags);
}

// --- records
// --------------------------------------------------------------------------------------

static struct audit_buffer open_record;  // being written
static char* sent;                       // the last finished one, null when taken
static size_t sent_count;                // all finished ones, empty ones too

static char* room_for(struct audit_buffer* buffer, size_t more) {
  if (buffer->size + more + 1 > buffer->capacity) {
    buffer->capacity = 2 * (buffer->size + more + 1);
    buffer->text = realloc(buffer->text, buffer->capacity);
    if (!buffer->text) abort();
  }
  return buffer->text + buffer->size;
}

struct audit_buffer* audit_log_start(struct audit_context* context, gfp_t flags, int type) {
  (void)context, (void)flags, (void)type;
  open_record.size = 0;
  *room_for(&open_record, 1) = '\0';
  return &open_record;
}

void audit_log_end(struct audit_buffer* buffer) {
  ++sent_count;
  // A mode change sends its record inside another, empty one: keep the one with content.
  if (buffer->size != 0) sent = buffer->text;
}

static void write_formatted(struct audit_buffer* buffer, const char* format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int size = vsnprintf(NULL, 0, format, arguments);
  if (size < 0) abort();
  vsnprintf(room_for(buffer, (size_t)size), (size_t)size + 1, format, again);
  va_end(again);
  buffer->size += (size_t)size;
}

void audit_log_format(struct audit_buffer* buffer, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_formatted(buffer, format, arguments);
  va_end(arguments);
}

void audit_log(struct audit_context* context, gfp_t flags, int type, const char* format, ...) {
  (void)context, (void)flags, (void)type;
  static struct audit_buffer other;
  va_list arguments;
  other.size = 0;
  va_start(arguments, format);
  write_formatted(&other, format, arguments);
  va_end(arguments);
  ++sent_count;
  sent = other.text;
}

void audit_log_n_hex(struct audit_buffer* buffer, const unsigned char* bytes, size_t count) {
  char* to = room_for(buffer, 2 * count);
  for (size_t i = 0; i < count; ++i) {
    *to++ = hex_asc_upper[bytes[i] >> 4];
    *to++ = hex_asc_upper[bytes[i] & 15];
  }
  *to = '\0';
  buffer->size += 2 * count;
}

void audit_log_untrustedstring(struct audit_buffer* buffer, const char* text) {
  const size_t size = strlen(text);
  for (size_t i = 0; i < size; ++i) {
    const unsigned char byte = (unsigned char)text[i];
    if (byte == '"' || byte < 0x21 || byte > 0x7e) {
      audit_log_n_hex(buffer, (const unsigned char*)text, size);
      return;
    }
  }
  audit_log_format(buffer, "\"%s\"", text);
}

// Written from the end of the buffer, as the kernel does it.
char* d_path(const struct path* path, char* buffer, int size) {
  const size_t length = strlen(path->dentry->path) + 1;
  if (length > (size_t)size) return ERR_PTR(-ENAMETOOLONG);
  return memcpy(buffer + (size_t)size - length, path->dentry->path, length);
}

const char* take_record(void) {
  const char* taken = sent;
  sent = NULL;
  return taken;
}

size_t count_records(void) {
  return sent_count;
}

// --- what lib/parser.c needs for patterns that IPE does not have
// -----------------------------------

unsigned long simple_strtoul(const char* text, char** end, unsigned int base) {
  (void)text, (void)end, (void)base;
  abort();
}

long simple_strtol(const char* text, char** end, unsigned int base) {
  (void)text, (void)end, (void)base;
  abort();
}
