#include "terse/serve/store/device_list.h"

#include <fmt/core.h>

namespace terse::serve::store {
namespace {

/// With the number of parameters so far.
struct Conditions {
  std::string text = " FROM devices";
  int parameters = 0;
};

Conditions conditions_of(const DeviceQuery& query, const char* position) {
  Conditions conditions;
  const auto add = [&](const std::string& condition) {
    conditions.text += (conditions.parameters == 0 ? " WHERE " : " AND ") + condition;
    ++conditions.parameters;
  };
  if (!query.search.empty()) {
    add(fmt::format("{}(device, ${}) > 0", position, conditions.parameters + 1));
  }
  if (!query.model.empty()) add(fmt::format("model = ${}", conditions.parameters + 1));
  if (query.silent_since_ms) add(fmt::format("heard_ms < ${}", conditions.parameters + 1));
  return conditions;
}

}  // namespace

std::string count_of_devices(const DeviceQuery& query, const char* position) {
  return "SELECT count(*)" + conditions_of(query, position).text;
}

std::string list_of_devices(const DeviceQuery& query, const char* position) {
  constexpr const char* columns[] = {"device", "model", "received_ms", "prediction"};
  const Conditions conditions = conditions_of(query, position);
  const std::string order =
      fmt::format("ORDER BY {} {}, device", columns[static_cast<std::size_t>(query.order)],
                  query.descending ? "DESC" : "ASC");
  // Sorts names alone, and looks up the rest for those that are listed. SQLite keeps the order of a
  // CROSS JOIN.
  return fmt::format(
      "SELECT device, model, received_ms, prediction, label, measured_ms FROM (SELECT device AS "
      "listed{} {} LIMIT ${} OFFSET ${}) AS page CROSS JOIN devices WHERE device = listed {}",
      conditions.text, order, conditions.parameters + 1, conditions.parameters + 2, order);
}

}  // namespace terse::serve::store
