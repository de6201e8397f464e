// Loaded before the C library: writing or flushing a file fails with an error of one's choice,
// while the file that FAULT names holds "write NUMBER" or "flush NUMBER" (of errno).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fails(int file, const char* what) {
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  FILE* fault = fopen(getenv("FAULT"), "r");
  if (fault == NULL) return 0;
  char name[16] = "";
  int number = 0;
  const int found = fscanf(fault, "%15s %d", name, &number) == 2 && strcmp(name, what) == 0;
  fclose(fault);
  if (found) errno = number;
  return found;
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL)
    real = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  return fails(file, "write") ? -1 : real(file, data, size, offset);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return fails(file, "flush") ? -1 : real(file);
}

int fsync(int file) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return fails(file, "flush") ? -1 : real(file);
}
