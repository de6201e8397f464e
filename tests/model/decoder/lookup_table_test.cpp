#include "terse/model/decoder/lookup_table.h"

#include <gtest/gtest.h>

#include "model/examples.h"
#include "terse/base/cpu.h"

namespace terse::model::decoder {
namespace {

// Bias, then feature after feature, in float: what every order and instruction set must give, bit
// for bit.
std::vector<float> plain_sums(const Model& model, std::span<const quantize::Code> codes) {
  std::vector<float> sums = lookup_of(model).bias;
  std::size_t first = 0;
  for (std::size_t f = 0; f < codes.size(); ++f) {
    for (std::size_t u = 0; u < sums.size(); ++u)
      sums[u] += lookup_of(model).table(first + codes[f], u);
    first += model.levels()[f];
  }
  return sums;
}

std::vector<quantize::Code> random_codes(const Model& model, std::size_t rows) {
  base::Random random(3);
  const auto levels = model.levels();
  std::vector<quantize::Code> codes(rows * levels.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    codes[i] = static_cast<quantize::Code>(random.below(levels[i % levels.size()]));
  }
  return codes;
}

void expect_plain_sums(const Model& model, const LookupTable& table, std::size_t rows) {
  const std::size_t features = model.features.size();
  const auto codes = random_codes(model, rows);
  const std::size_t units = lookup_of(model).bias.size();
  const std::size_t stride = table.columns() + 3;
  constexpr float untouched = 1e30F;
  std::vector<float> output(rows * stride + 1, untouched);
  table.add(codes.data(), rows, output.data(), stride);
  for (std::size_t r = 0; r < rows; ++r) {
    const auto expected = plain_sums(model, std::span(codes).subspan(r * features, features));
    for (std::size_t u = 0; u < stride; ++u) {
      const float want = u < units ? expected[u] : u < table.columns() ? 0.0F : untouched;
      ASSERT_EQ(output[r * stride + u], want) << units << " units, row " << r << ", column " << u;
    }
  }
  EXPECT_EQ(output.back(), untouched);
}

class EveryInstructionSet : public testing::TestWithParam<base::InstructionSet> {
 protected:
  void SetUp() override { base::force_instruction_set(GetParam()); }
  void TearDown() override {
    base::force_instruction_set(base::supported_instruction_sets().back());
  }
};

TEST_P(EveryInstructionSet, AddsRowsInEitherOrder) {
  for (const std::size_t units : {1U, 31U, 32U, 33U, 96U, 300U}) {
    for (const std::size_t features : {1U, 7U, 12U}) {
      const Model model = example_model(
          random_fold_input(quantize::Method::bw_sq, {.features = features, .hidden = {units, 3}}));
      const Lookup& lookup = lookup_of(model);
      const auto levels = model.levels();
      const LookupTable tables[] = {
          LookupTable(lookup.table, lookup.bias, levels, LookupTable::Order::rows),
          LookupTable(lookup.table, lookup.bias, levels, LookupTable::Order::tiles),
          LookupTable(lookup.table, lookup.bias, levels)};
      for (const LookupTable& table : tables) {
        EXPECT_EQ(table.columns(), (units + 31) / 32 * 32);
        for (const std::size_t rows : {0U, 1U, 7U, 8U, 19U}) {
          expect_plain_sums(model, table, rows);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(LookupTable, EveryInstructionSet,
                         testing::ValuesIn(base::supported_instruction_sets()),
                         [](const auto& test) { return std::string(name(test.param)); });

}  // namespace
}  // namespace terse::model::decoder
