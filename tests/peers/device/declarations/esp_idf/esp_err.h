#pragma once
typedef int esp_err_t;
void abort(void);
#define ESP_ERROR_CHECK(call) \
  do {                        \
    if ((call) != 0) abort(); \
  } while (0)
