#pragma once
#include <stdint.h>

typedef struct {
  int64_t ticks;
} k_timeout_t;
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define K_SECONDS(seconds) ((k_timeout_t){(seconds)})
int32_t k_sleep(k_timeout_t time);
