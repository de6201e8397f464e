#include "terse/data/split_rule.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "terse/base/error.h"
#include "terse/text/ascii.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

constexpr std::size_t blocks_max = 100'000;

enum class Part : std::uint8_t { train, validation, test };

constexpr std::string_view part_name(Part part) {
  switch (part) {
    case Part::validation:
      return "validation";
    case Part::test:
      return "test";
    case Part::train:
      break;
  }
  return "train";
}

[[noreturn]] void refuse(const std::string& problem, const std::string& remedy) {
  throw base::OptionError("split", "", problem, remedy);
}

std::optional<Part> parse_part(std::string_view word) {
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    if (text::same_ignoring_case(text::trimmed(word), part_name(part))) return part;
  }
  return std::nullopt;
}

// What the column says of each row.
std::vector<Part> parts_of(const Table& table, const SplitRule& rule) {
  const RowLabels& labels = table.split_labels;
  TERSE_CHECK(labels.of_row.size() == table.rows());
  std::vector<Part> meaning;
  for (const std::string& name : labels.names) {
    const auto part = parse_part(name);
    if (!part) {
      throw base::InputError(table.source, "column " + text::in_quotes(rule.column),
                             text::in_quotes(name) + " is not a part of a split",
                             "write train, validation or test in every row");
    }
    meaning.push_back(*part);
  }
  std::vector<Part> parts;
  for (const std::uint32_t label : labels.of_row) parts.push_back(meaning[label]);
  return parts;
}

std::vector<std::uint32_t> numbers_of_blocks(std::size_t rows, std::size_t blocks) {
  std::vector<std::uint32_t> numbers(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    numbers[row] = static_cast<std::uint32_t>(row * blocks / rows);
  }
  return numbers;
}

// The same number for rows that are tied by either of both, directly or over others.
std::vector<std::uint32_t> joined(std::span<const std::uint32_t> first,
                                  std::span<const std::uint32_t> second) {
  std::vector<std::uint32_t> parent(first.size());
  std::iota(parent.begin(), parent.end(), std::uint32_t{0});
  const auto root = [&](std::uint32_t row) {
    while (parent[row] != row) row = parent[row] = parent[parent[row]];
    return row;
  };
  for (const auto& numbers : {first, second}) {
    std::vector<std::uint32_t> seen(*std::ranges::max_element(numbers) + std::size_t{1},
                                    static_cast<std::uint32_t>(first.size()));
    for (std::uint32_t row = 0; row < numbers.size(); ++row) {
      std::uint32_t& before = seen[numbers[row]];
      if (before == first.size()) before = row;
      const std::uint32_t a = root(before);
      const std::uint32_t b = root(row);
      parent[std::max(a, b)] = std::min(a, b);
    }
  }
  std::vector<std::uint32_t> result(first.size());
  for (std::uint32_t row = 0; row < result.size(); ++row) result[row] = root(row);
  return result;
}

std::vector<std::uint32_t> groups_of(const Table& table, const SplitRule& rule, Copies copies) {
  if (rule.kind == SplitKind::blocks) return numbers_of_blocks(table.rows(), rule.blocks);
  TERSE_CHECK(rule.kind == SplitKind::groups);
  const std::vector<std::uint32_t>& labels = table.split_labels.of_row;
  TERSE_CHECK(labels.size() == table.rows());
  if (copies == Copies::apart) return labels;
  return joined(labels, groups_of_copies(table, copies));
}

std::vector<std::uint32_t> picked(const std::vector<std::uint32_t>& numbers,
                                  std::span<const std::uint32_t> rows) {
  std::vector<std::uint32_t> result;
  for (const std::uint32_t row : rows) result.push_back(numbers[row]);
  return result;
}

std::size_t distinct(std::vector<std::uint32_t> numbers) {
  std::ranges::sort(numbers);
  return static_cast<std::size_t>(std::unique(numbers.begin(), numbers.end()) - numbers.begin());
}

std::string set_name(const SplitRule& rule) {
  return rule.kind == SplitKind::blocks ? "blocks"
                                        : "groups in column " + text::in_quotes(rule.column);
}

void require_groups(const std::vector<std::uint32_t>& numbers, std::size_t least,
                    const SplitRule& rule, const std::string& purpose) {
  const std::size_t count = distinct(numbers);
  if (count >= least) return;
  refuse(fmt::format("{} {} are too few for {}", count, set_name(rule), purpose),
         rule.kind == SplitKind::blocks
             ? fmt::format("give more blocks, such as blocks={}", 4 * least)
             : "name a column with more groups, or ask for fewer `folds`");
}

Split last_rows(std::size_t rows, double fraction, std::size_t windows_after) {
  const std::size_t count = test_rows(rows, fraction);
  if ((windows_after + 1) * count >= rows) {
    refuse(fmt::format("{} parts of {} rows each at the end of {} leave none to train on",
                       windows_after + 1, count, rows),
           "choose fewer `splits`, or a smaller `test_fraction`");
  }
  const std::size_t end = rows - windows_after * count;
  Split split;
  for (std::size_t row = 0; row < end; ++row) {
    (row < end - count ? split.train : split.test).push_back(static_cast<std::uint32_t>(row));
  }
  return split;
}

Split column_split(const Table& table, const SplitRule& rule) {
  const std::vector<Part> parts = parts_of(table, rule);
  Split split;
  for (std::uint32_t row = 0; row < parts.size(); ++row) {
    (parts[row] == Part::test ? split.test : split.train).push_back(row);
  }
  if (split.train.empty()) {
    throw base::InputError(table.source, "column " + text::in_quotes(rule.column),
                           "no row is for training", "write train in some rows");
  }
  return split;
}

// Rows from `first` on before `begin` train, those up to `end` test.
Split window(std::span<const std::uint32_t> rows, std::size_t begin, std::size_t end) {
  return {{rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin)},
          {rows.begin() + static_cast<std::ptrdiff_t>(begin),
           rows.begin() + static_cast<std::ptrdiff_t>(end)}};
}

// The later half of the rows in k windows, the last one first.
std::vector<Split> windows(std::span<const std::uint32_t> rows, std::size_t k) {
  const std::size_t later = rows.size() / 2;
  if (later < k) {
    refuse(fmt::format("{} validation parts of the later half of {} rows", k, rows.size()),
           "choose fewer `folds`, or give more rows");
  }
  const std::size_t first = rows.size() - later;
  std::vector<Split> splits;
  for (std::size_t w = k; w > 0; --w) {
    splits.push_back(window(rows, first + (w - 1) * later / k, first + w * later / k));
  }
  return splits;
}

// The rows that validate by the column as the test part; nothing if there are none.
std::optional<Split> validating(const Table& table, std::span<const std::uint32_t> rows,
                                const SplitRule& rule) {
  const std::vector<Part> parts = parts_of(table, rule);
  Split split;
  for (const std::uint32_t row : rows) {
    (parts[row] == Part::validation ? split.test : split.train).push_back(row);
  }
  if (split.test.empty() || split.train.empty()) return std::nullopt;
  return split;
}

}  // namespace

std::string text_of(const SplitRule& rule) {
  switch (rule.kind) {
    case SplitKind::random:
      break;
    case SplitKind::last:
      return "last";
    case SplitKind::blocks:
      return rule.blocks == blocks_default ? "blocks" : fmt::format("blocks={}", rule.blocks);
    case SplitKind::groups:
      return "groups=" + rule.column;
    case SplitKind::column:
      return "column=" + rule.column;
  }
  return "random";
}

std::optional<SplitRule> parse_split_rule(std::string_view text) {
  if (text == "random") return SplitRule{};
  if (text == "last") return SplitRule{.kind = SplitKind::last};
  if (text == "blocks") return SplitRule{.kind = SplitKind::blocks};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals + 1 == text.size()) return std::nullopt;
  const std::string_view kind = text.substr(0, equals);
  const std::string value(text.substr(equals + 1));
  if (kind == "groups") return SplitRule{.kind = SplitKind::groups, .column = value};
  if (kind == "column") return SplitRule{.kind = SplitKind::column, .column = value};
  const auto count = text::parse_number<std::uint64_t>(value);
  if (kind != "blocks" || !count || *count < 2 || *count > blocks_max) return std::nullopt;
  return SplitRule{.kind = SplitKind::blocks, .blocks = static_cast<std::size_t>(*count)};
}

void check(const SplitRule& rule, Copies copies) {
  if (copies == Copies::apart || rule.kind == SplitKind::random || rule.kind == SplitKind::groups) {
    return;
  }
  throw base::OptionError(
      "keep_copies_together", "",
      fmt::format("copies may lie in any part of `split` {}, which the order of rows or a column "
                  "decides",
                  text_of(rule)),
      "leave it out, or choose `split` random or groups=COLUMN");
}

Split split_table(const Table& table, const SplitRule& rule, double test_fraction,
                  std::uint64_t seed, Copies copies) {
  check(rule, copies);
  switch (rule.kind) {
    case SplitKind::random:
      break;
    case SplitKind::last:
      return last_rows(table.rows(), test_fraction, 0);
    case SplitKind::column:
      return column_split(table, rule);
    case SplitKind::blocks:
    case SplitKind::groups: {
      const auto groups = groups_of(table, rule, copies);
      require_groups(groups, 2, rule, "a training and a test part");
      return random_split(table.rows(), test_fraction, seed, groups);
    }
  }
  return split_table(table, test_fraction, seed, copies);
}

Split repeated_split(const Table& table, const SplitRule& rule, double test_fraction,
                     std::uint64_t seed, std::size_t repetition, Copies copies) {
  check(rule, copies);
  if (rule.kind == SplitKind::last) return last_rows(table.rows(), test_fraction, repetition);
  return split_table(table, rule, test_fraction, seed + repetition, copies);
}

std::vector<Split> validation_splits(const Table& table, std::span<const std::uint32_t> rows,
                                     std::size_t k, std::uint64_t seed, const SplitRule& rule,
                                     Copies copies) {
  check(rule, copies);
  switch (rule.kind) {
    case SplitKind::random:
      break;
    case SplitKind::last:
      return windows(rows, k);
    case SplitKind::column:
      if (auto split = validating(table, rows, rule)) return {*std::move(split)};
      break;
    case SplitKind::blocks:
    case SplitKind::groups: {
      const auto groups = groups_of(table, rule, copies);
      require_groups(picked(groups, rows), k, rule, fmt::format("{} folds", k));
      return folds(rows, k, seed, groups);
    }
  }
  return folds(rows, k, seed, groups_of_copies(table, copies));
}

std::optional<Split> held_back(const Table& table, std::span<const std::uint32_t> rows,
                               double share, std::uint64_t seed, const SplitRule& rule) {
  std::vector<std::uint32_t> positions(rows.size());
  std::iota(positions.begin(), positions.end(), std::uint32_t{0});
  switch (rule.kind) {
    case SplitKind::random:
      break;
    case SplitKind::last:
      return last_rows(rows.size(), share, 0);
    case SplitKind::column: {
      const std::vector<Part> parts = parts_of(table, rule);
      Split split;
      for (const std::uint32_t position : positions) {
        const bool validates = parts[rows[position]] == Part::validation;
        (validates ? split.test : split.train).push_back(position);
      }
      if (split.test.empty() || split.train.empty()) break;
      return split;
    }
    case SplitKind::blocks:
    case SplitKind::groups: {
      const auto groups = picked(groups_of(table, rule, Copies::apart), rows);
      if (distinct(groups) < 2) break;
      return random_split(rows.size(), share, seed, groups);
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> part_names(const Table& table, const SplitRule& rule,
                                         const Split& split) {
  std::vector<std::string_view> names(table.rows(), "unused");
  for (const std::uint32_t row : split.train) names[row] = part_name(Part::train);
  for (const std::uint32_t row : split.test) names[row] = part_name(Part::test);
  if (rule.kind != SplitKind::column) return names;
  const std::vector<Part> parts = parts_of(table, rule);
  for (std::size_t row = 0; row < names.size(); ++row) {
    if (parts[row] == Part::validation) names[row] = part_name(Part::validation);
  }
  return names;
}

}  // namespace terse::data
