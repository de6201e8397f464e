#pragma once
#include <stddef.h>
#include <stdint.h>

struct bt_data {
  uint8_t type;
  uint8_t data_len;
  const uint8_t* data;
};
struct bt_le_adv_param {
  int any;
};
#define BT_DATA(kind, bytes, length) \
  { .type = (kind), .data_len = (length), .data = (const uint8_t*)(bytes) }
#define BT_DATA_MANUFACTURER_DATA 0xff
#define BT_LE_ADV_NCONN (&(const struct bt_le_adv_param){0})
int bt_enable(void (*ready)(int));
int bt_le_adv_start(const struct bt_le_adv_param* how, const struct bt_data* data, size_t count,
                    const struct bt_data* scan, size_t scan_count);
int bt_le_adv_stop(void);
