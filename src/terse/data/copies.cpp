#include "terse/data/copies.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "terse/base/order.h"

namespace terse::data {
namespace {

constexpr std::uint32_t gap_bits = 0x7FC00000;

// The same bits for what counts as the same reading.
std::uint32_t bits_of(float value) {
  if (std::isnan(value)) return gap_bits;
  return value == 0.0F ? 0 : std::bit_cast<std::uint32_t>(value);
}

class Rows {
 public:
  Rows(const Table& table, bool targets_too)
      : table_(table), with_target_(targets_too && !table.target.empty()) {}

  std::uint64_t hash(std::uint32_t row) const {
    std::uint64_t state = 0;
    // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) of the state and the next reading.
    const auto mix = [&state](std::uint32_t bits) {
      state = (state ^ bits) + 0x9E3779B97F4A7C15;
      state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
      state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
      state ^= state >> 31;
    };
    for (const float value : table_.features.row(row)) mix(bits_of(value));
    if (with_target_) mix(bits_of(table_.target[row]));
    for (const TargetColumn& own : further()) mix(bits_of(own.values[row]));
    return state;
  }

  // Below, at or above 0, as the first reading in which the rows differ.
  int order(std::uint32_t a, std::uint32_t b) const {
    const auto cells_a = table_.features.row(a);
    const auto cells_b = table_.features.row(b);
    for (std::size_t column = 0; column < cells_a.size(); ++column) {
      if (const int sign = compared(cells_a[column], cells_b[column])) return sign;
    }
    if (!with_target_) return 0;
    if (const int sign = compared(table_.target[a], table_.target[b])) return sign;
    for (const TargetColumn& own : further()) {
      if (const int sign = compared(own.values[a], own.values[b])) return sign;
    }
    return 0;
  }

 private:
  std::span<const TargetColumn> further() const {
    return with_target_ ? std::span(table_.further_targets) : std::span<const TargetColumn>();
  }

  static int compared(float a, float b) {
    const std::uint32_t bits_a = bits_of(a);
    const std::uint32_t bits_b = bits_of(b);
    return bits_a < bits_b ? -1 : bits_a > bits_b ? 1 : 0;
  }

  const Table& table_;
  bool with_target_;
};

}  // namespace

std::vector<std::uint32_t> first_copies(const Table& table, bool targets_too) {
  const Rows rows(table, targets_too);
  std::vector<std::uint32_t> order = base::all_rows(table.rows());
  std::vector<std::uint64_t> hashes(order.size());
  for (const std::uint32_t row : order) hashes[row] = rows.hash(row);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    if (hashes[a] != hashes[b]) return hashes[a] < hashes[b];
    const int sign = rows.order(a, b);
    return sign != 0 ? sign < 0 : a < b;
  });
  std::vector<std::uint32_t> first(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool copy = i > 0 && hashes[order[i]] == hashes[order[i - 1]] &&
                      rows.order(order[i], order[i - 1]) == 0;
    first[order[i]] = copy ? first[order[i - 1]] : order[i];
  }
  return first;
}

}  // namespace terse::data
