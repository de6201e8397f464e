#include <fmt/core.h>

#include <bit>

#include "terse/data/checksum.h"
#include "terse/data/table.h"

namespace terse::data {
namespace {

// A table of numbers alone has none of these.
void add_names(const std::vector<std::string>& names, std::string& head) {
  head += fmt::format("{} names\n", names.size());
  for (const std::string& name : names) head += fmt::format("{}:{}\n", name.size(), name);
}

}  // namespace

std::string content_hash(const Table& table) {
  // Lengths precede the names, so that no two tables give the same bytes.
  static_assert(std::endian::native == std::endian::little, "the hash is defined on little-endian");
  std::string head = fmt::format("{} rows {} features {} targets\n", table.rows(),
                                 table.features.columns(), table.target.size());
  for (const std::string& name : table.feature_names) {
    head += fmt::format("{}:{}\n", name.size(), name);
  }
  head += fmt::format("{}:{}\n", table.target_name.size(), table.target_name);
  for (const std::vector<std::string>& names : table.categories) add_names(names, head);
  if (!table.classes.empty()) add_names(table.classes, head);
  for (const double origin : table.feature_origins) head += fmt::format("origin {}\n", origin);
  if (table.target_origin != 0.0) head += fmt::format("target from {}\n", table.target_origin);
  for (const TargetColumn& own : table.further_targets) {
    head += fmt::format("{} target {}:{} from {}\n", own.values.size(), own.name.size(), own.name,
                        own.origin);
    add_names(own.classes, head);
  }
  const RowLabels& labels = table.split_labels;
  if (!labels.of_row.empty()) add_names(labels.names, head);
  if (!table.weights.empty()) head += "weights\n";
  const auto bytes_of = [](const auto& values) {
    return std::string_view(reinterpret_cast<const char*>(values.data()),
                            values.size() * sizeof(values[0]));
  };
  std::vector<std::string_view> parts = {head, bytes_of(table.features.values()),
                                         bytes_of(table.target), bytes_of(labels.of_row),
                                         bytes_of(table.weights)};
  for (const TargetColumn& own : table.further_targets) parts.push_back(bytes_of(own.values));
  return sha256_hex(parts);
}

}  // namespace terse::data
