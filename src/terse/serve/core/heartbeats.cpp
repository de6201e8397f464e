#include "terse/serve/core/heartbeats.h"

#include <fmt/core.h>

#include <set>

#include "terse/serve/core/metrics.h"
#include "terse/text/number.h"

namespace terse::serve::core {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  using std::chrono::hours;
  constexpr std::int64_t seconds_max = std::chrono::seconds(hours(24 * 3653)).count();
  if (text.empty()) return std::nullopt;
  std::int64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = 1;
      break;
    case 'm':
      unit = 60;
      break;
    case 'h':
      unit = 3600;
      break;
    case 'd':
      unit = 86400;
      break;
    default:
      return std::nullopt;
  }
  const auto count = text::parse_number<std::int64_t>(text.substr(0, text.size() - 1));
  if (!count || *count < 1 || *count > seconds_max / unit) return std::nullopt;
  return std::chrono::seconds(*count * unit);
}

std::optional<std::chrono::milliseconds> Heartbeats::of(std::string_view model) const {
  auto found = longest_.find(model);
  if (found == longest_.end()) found = longest_.find("");
  if (found == longest_.end()) return std::nullopt;
  return found->second;
}

std::optional<bool> Heartbeats::overdue(std::string_view model, std::int64_t received_ms,
                                        std::int64_t now_ms) const {
  const auto longest = of(model);
  if (!longest) return std::nullopt;
  return received_ms < now_ms - longest->count();
}

std::string Heartbeats::text(std::span<const Served> models, store::Store& store,
                             std::int64_t now_ms) const {
  std::string all;
  std::string overdue;
  std::set<std::string> names;
  for (const Served& served : models) {
    const auto longest = of(served->name);
    if (!longest || !names.insert(served->name).second) continue;
    store::DeviceQuery query;
    query.model = served->name;
    query.devices_max = 0;
    const auto count = [&] { return store.devices(query).found; };
    const std::string label = label_text(served->name);
    all += fmt::format("terse_devices{{model=\"{}\"}} {}\n", label, count());
    query.silent_since_ms = now_ms - longest->count();
    overdue += fmt::format("terse_devices_overdue{{model=\"{}\"}} {}\n", label, count());
  }
  if (names.empty()) return "";
  return "# HELP terse_devices Devices whose latest message was of the model.\n"
         "# TYPE terse_devices gauge\n" +
         all +
         "# HELP terse_devices_overdue Those of them that were silent for longer than their "
         "heartbeat.\n"
         "# TYPE terse_devices_overdue gauge\n" +
         overdue;
}

}  // namespace terse::serve::core
