#include "terse/serve/store/device_list.h"

#include <gtest/gtest.h>

namespace terse::serve::store {
namespace {

TEST(DeviceList, AsksOnlyForWhatIsAskedFor) {
  EXPECT_EQ(count_of_devices({}, "instr"), "SELECT count(*) FROM devices");
  DeviceQuery query{.search = "x", .order = DeviceQuery::Order::model, .descending = false};
  EXPECT_EQ(count_of_devices(query, "strpos"),
            "SELECT count(*) FROM devices WHERE strpos(device, $1) > 0");
  query.silent_since_ms = 5;
  EXPECT_EQ(list_of_devices(query, "instr"),
            "SELECT device, model, received_ms, prediction, label, measured_ms FROM (SELECT device "
            "AS listed FROM devices WHERE instr(device, $1) > 0 AND heard_ms < $2 ORDER BY model "
            "ASC, device LIMIT $3 OFFSET $4) AS page CROSS JOIN devices WHERE device = listed "
            "ORDER BY model ASC, device");
  query.model = "pump";
  EXPECT_EQ(
      count_of_devices(query, "instr"),
      "SELECT count(*) FROM devices WHERE instr(device, $1) > 0 AND model = $2 AND heard_ms < "
      "$3");
  query.model.clear();
  query.search.clear();
  EXPECT_EQ(count_of_devices(query, "instr"), "SELECT count(*) FROM devices WHERE heard_ms < $1");
}

}  // namespace
}  // namespace terse::serve::store
