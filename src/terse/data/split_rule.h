// Splits by a rule: its text, the parts of a table by it, and the parts that validate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/split.h"
#include "terse/data/table.h"

namespace terse::data {

/// "random", "last", "blocks" ("blocks=50" for another number), "groups=NAME", "column=NAME".
std::string text_of(const SplitRule& rule);
/// The reverse; nothing for another text.
std::optional<SplitRule> parse_split_rule(std::string_view text);

/// Throws OptionError if the copies cannot be kept together by this rule: random and groups can.
void check(const SplitRule& rule, Copies copies);

/// The split between training and test part. Seeds matter for random, blocks and groups, which are
/// drawn; the fraction for all but column. The training part of `column` includes the rows that
/// validate. Throws OptionError if too few blocks or groups are there to draw from, InputError
/// for a row whose column holds another word.
Split split_table(const Table& table, const SplitRule& rule, double test_fraction,
                  std::uint64_t seed, Copies copies);

/// The split of repetition 0, 1, ... of a study: drawn anew for each; of `last` the part that is
/// tested moves back by its own size, and only rows before it train; of `column` always the same.
/// Throws OptionError if no rows are left to train on.
Split repeated_split(const Table& table, const SplitRule& rule, double test_fraction,
                     std::uint64_t seed, std::size_t repetition, Copies copies);

/// k validation splits of the training rows (ascending rows of the table), by the same rule. The
/// test parts partition the rows for random, blocks and groups. `last`: they partition the later
/// half of the rows, the last one first, and only rows before a part train for it. `column`: one
/// split with the rows that validate, or k random ones if there are none. Throws OptionError.
std::vector<Split> validation_splits(const Table& table, std::span<const std::uint32_t> rows,
                                     std::size_t k, std::uint64_t seed, const SplitRule& rule,
                                     Copies copies);

/// Positions in `rows` (ascending rows of the table) of those held back to say when a training
/// should stop (test), and of the others (train): about this share of them, by the rule. Nothing
/// where the rule draws single rows at random: how that is done is the caller's.
std::optional<Split> held_back(const Table& table, std::span<const std::uint32_t> rows,
                               double share, std::uint64_t seed, const SplitRule& rule);

/// The part a row belongs to: "train", "validation" (of `column`) or "test"; per row of the table.
/// Rows in neither part of the split, as a study leaves out, are "unused".
std::vector<std::string_view> part_names(const Table& table, const SplitRule& rule,
                                         const Split& split);

}  // namespace terse::data
