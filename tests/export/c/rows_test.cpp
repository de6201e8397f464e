#include "terse/export/c/rows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "export/c/examples.h"
#include "terse/export/c/cost.h"
#include "terse/export/c/source.h"

namespace terse::export_c {
namespace {

using export_text::ReadingType;

/// The row's numbers as a device compares them, for a key.
std::size_t code_in(const std::vector<std::uint32_t>& row, const RowComparison& comparison,
                    std::uint32_t key, std::uint32_t largest, std::size_t of_largest) {
  if (comparison.largest == LargestKey::in_row && key == largest) return of_largest;
  if (comparison.largest == LargestKey::lowered && key == largest) --key;
  return static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [&](std::uint32_t number) {
    return comparison.reaches ? key >= number : key > number;
  }));
}

/// That rows give every held value the code of the feature; whether they could be made.
bool rows_are_right(const Encoder& encoder) {
  const auto bits = row_bits(encoder);
  if (!bits) return false;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    const std::vector<std::uint32_t> row = row_of(encoder, f);
    EXPECT_TRUE(std::is_sorted(row.begin(), row.end()));
    EXPECT_EQ(row.size(), (std::size_t{1} << (*bits)[f]) - 1);
    EXPECT_LE(row.empty() ? 0 : row.back(), largest_number(encoder));
    for (std::int64_t held = export_text::held_min(feature.input.type);
         held <= export_text::held_max(feature.input.type); ++held) {
      EXPECT_EQ(code_in(row, row_comparison(encoder), feature.key(held), largest_number(encoder),
                        code_of_largest_key(encoder, f) >> (8 - (*bits)[f])),
                feature.code(held))
          << "feature " << f << ", held " << held;
    }
  }
  return true;
}

TEST(Rows, HoldThresholdsThatEveryValuePassesOrNone) {
  const std::vector<float> inside{10.0F, 20.0F, 30.0F};
  const std::vector<float> from_below{-7.0F, 0.0F, 253.5F};
  const std::vector<float> from_above{0.5F, 253.5F, 300.0F};
  const std::vector<float> both{-7.0F, 128.0F, 255.0F};
  const std::vector<float> up_to_the_end{253.0F, 254.0F, 1e5F};
  for (const ReadingType type : {ReadingType::uint8, ReadingType::uint10, ReadingType::uint16}) {
    for (const double scale : {1.0, -1.0}) {
      const auto encoder = [&](std::initializer_list<std::vector<float>> thresholds) {
        export_text::DeviceInput held{type, scale, 0.0};
        if (scale < 0.0) held.offset = static_cast<double>(export_text::held_max(type));
        return encoder_of(model_of(thresholds), held);
      };
      EXPECT_TRUE(rows_are_right(encoder({inside, inside})));
      EXPECT_TRUE(rows_are_right(encoder({inside, from_below})));
      EXPECT_TRUE(rows_are_right(encoder({inside, from_above})));
      EXPECT_TRUE(rows_are_right(encoder({from_below, from_above, inside})));
      EXPECT_TRUE(rows_are_right(encoder({both, inside, inside})));
      EXPECT_TRUE(rows_are_right(encoder({both, up_to_the_end, inside})));
      // Levels that are not used: 3 of 4.
      EXPECT_TRUE(rows_are_right(encoder({{10.0F, 20.0F}, inside})));
      EXPECT_TRUE(rows_are_right(encoder({{253.0F, 254.0F}, from_below})));
      EXPECT_TRUE(rows_are_right(encoder({{-3.0F, 254.0F}, {254.0F, 300.0F}, inside})));
      // Codes of different widths, one of them of a feature that is not sent.
      EXPECT_TRUE(rows_are_right(encoder({{128.0F}, inside, from_below})));
      EXPECT_TRUE(rows_are_right(encoder({from_above, {}, {128.0F}, inside})));
      EXPECT_TRUE(rows_are_right(encoder({{-1.0F}, both, up_to_the_end, {300.0F}})));
    }
  }
}

TEST(Rows, CompareAsEasilyAsTheyCan) {
  const auto comparison = [](std::initializer_list<std::vector<float>> thresholds,
                             ReadingType type = ReadingType::uint8) {
    const Encoder encoder = encoder_of(model_of(thresholds), input(type));
    EXPECT_TRUE(uniform_bits(encoder).has_value());
    const RowComparison found = row_comparison(encoder);
    return std::pair(found.reaches, found.largest);
  };
  EXPECT_EQ(comparison({{1.0F, 2.0F, 3.0F}}), std::pair(false, LargestKey::as_others));
  EXPECT_EQ(comparison({{1.0F, 2.0F, 300.0F}}), std::pair(false, LargestKey::as_others));
  EXPECT_EQ(comparison({{-1.0F, 2.0F, 3.0F}}), std::pair(true, LargestKey::as_others));
  EXPECT_EQ(comparison({{-1.0F, 2.0F, 3.0F}, {1.0F, 2.0F, 300.0F}}),
            std::pair(true, LargestKey::lowered));
  // 254 | 255 could not be told apart if 255 became 254.
  EXPECT_EQ(comparison({{-1.0F, 2.0F, 254.0F}, {1.0F, 2.0F, 300.0F}}),
            std::pair(true, LargestKey::in_row));
  EXPECT_EQ(comparison({{-1.0F, 2.0F, 253.0F}, {1.0F, 2.0F, 300.0F}}),
            std::pair(true, LargestKey::lowered));
  // No value passes the place of a level that is not used.
  EXPECT_EQ(comparison({{-1.0F, 2.0F, 3.0F}, {1.0F, 2.0F}}), std::pair(true, LargestKey::lowered));
  // Ten bits leave room in two bytes.
  EXPECT_EQ(comparison({{-1.0F, 2.0F, 3.0F}, {1.0F, 2.0F, 2000.0F}}, ReadingType::uint10),
            std::pair(true, LargestKey::as_others));
}

TEST(Rows, AreNotMadeWhereListsAreShorterOrKindsDiffer) {
  const auto bits = [](std::initializer_list<std::vector<float>> thresholds) {
    return uniform_bits(encoder_of(model_of(thresholds), input(ReadingType::uint8)));
  };
  // One of three is compared.
  EXPECT_EQ(bits({{-2.0F, -1.0F, 3.0F}}), std::nullopt);
  // A reading of another type would be taken for a key.
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {1000.0F}}),
                                    {input(ReadingType::int16), input(ReadingType::uint8)})),
            std::nullopt);
}

TEST(Rows, OfDifferentLengthsSayWhichFollowEachOther) {
  const auto runs = [](const model::Model& model) {
    std::vector<std::pair<unsigned, unsigned>> found;
    for (const auto& run : runs_of(encoder_of(model, input(ReadingType::uint8)))) {
      found.emplace_back(run.features, run.bits);
    }
    return found;
  };
  using Pairs = std::vector<std::pair<unsigned, unsigned>>;
  EXPECT_EQ(runs(model_of({{1.0F}, {2.0F}, {1.0F, 2.0F}, {}, {1.0F, 2.0F, 3.0F}})),
            (Pairs{{2, 1}, {1, 2}, {1, 0}, {1, 2}}));
  EXPECT_EQ(runs(model_of({{1.0F, 2.0F}, {1.0F, 2.0F, 3.0F}})), Pairs{});  // of one length
  // A run's count is a byte.
  model::Model many = model_of({{1.0F, 2.0F}});
  for (int f = 0; f < 300; ++f) {
    many.features.push_back({"f", "", 0.0, 1.0});
    many.thresholds.add_feature(std::vector<float>{5.0F});
  }
  EXPECT_EQ(runs(many), (Pairs{{1, 2}, {255, 1}, {45, 1}}));
}

TEST(Rows, OfDifferentLengthsAreMadeWhereTheyAreHardlyLarger) {
  // 9 and 17 levels fill half of their rows; beside a list a feature is a byte longer.
  const auto encoder = [](int features, payload::Packing packing = payload::Packing::bits) {
    model::Model model;
    model.packing = packing;
    for (int f = 0; f < features; ++f) {
      std::vector<float> thresholds;
      for (int j = 0; j < (f % 2 == 0 ? 8 : 16); ++j) {
        thresholds.push_back(static_cast<float>(10 * j + 5));
      }
      model.features.push_back({"f", "", 0.0, 1.0});
      model.thresholds.add_feature(thresholds);
    }
    return encoder_of(model, input(ReadingType::uint8));
  };
  EXPECT_TRUE(row_bits(encoder(3)).has_value());
  EXPECT_FALSE(row_bits(encoder(8)).has_value());
  EXPECT_FALSE(row_bits(encoder(3, payload::Packing::radix)).has_value());
  EXPECT_TRUE(counts_bits(encoder(3)));
  EXPECT_FALSE(counts_bits(encoder(8)));
}

TEST(Rows, OfDifferentLengthsAskNoReadingOfFeaturesThatAreNotSent) {
  export_text::DeviceInput fails = input(ReadingType::uint8);
  fails.sentinel = {7, 7};
  EXPECT_TRUE(row_bits(encoder_of(model_of({{1.0F}, {1.0F, 2.0F}}), fails)).has_value());
  EXPECT_FALSE(row_bits(encoder_of(model_of({{1.0F}, {}, {1.0F, 2.0F}}), fails)).has_value());
}

TEST(Rows, AreNotMadeWhereOnlySomeFeaturesFail) {
  export_text::DeviceInput fails = input(ReadingType::uint8);
  fails.sentinel = {7, 7};
  const export_text::DeviceInput takes_all = input(ReadingType::uint8);
  const auto bits = [](const std::vector<float>& second,
                       const std::vector<export_text::DeviceInput>& inputs) {
    return uniform_bits(encoder_of(model_of({{1.0F}, second, {2.0F}}), inputs));
  };
  EXPECT_EQ(bits({4.0F}, {fails, fails, fails}), 1U);
  EXPECT_EQ(bits({4.0F}, {fails, takes_all, fails}), std::nullopt);
  EXPECT_EQ(bits({4.0F}, {takes_all, fails, takes_all}), std::nullopt);
  // The same where nothing is compared.
  EXPECT_EQ(bits({300.0F}, {fails, fails, fails}), 1U);
  EXPECT_EQ(bits({300.0F}, {fails, takes_all, fails}), std::nullopt);
  EXPECT_EQ(bits({300.0F}, {takes_all, fails, takes_all}), std::nullopt);
}

TEST(MixedLists, AreThoseThatSaySomething) {
  const auto lists = [](const model::Model& model) {
    return mixed_lists(encoder_of(model, input(ReadingType::uint8))).count();
  };
  EXPECT_EQ(lists(model_of({{1.0F, 2.0F}, {3.0F}})), 1U);
  EXPECT_EQ(lists(model_of({{-1.0F, 2.0F}, {3.0F}})), 2U);
  EXPECT_EQ(lists(model_of({{1.0F, 300.0F}, {-3.0F}})), 3U);
}

TEST(PacksTenBits, WhereItPays) {
  const auto encoder = [](std::size_t features, export_text::ReadingType type) {
    model::Model model;
    for (std::size_t f = 0; f < features; ++f) {
      model.features.push_back({"f", "", 0.0, 1.0});
      model.thresholds.add_feature(std::vector<float>{1.0F, 258.0F, 515.0F});
    }
    return encoder_of(model, input(type));
  };
  EXPECT_FALSE(packs_ten_bits(encoder(6, export_text::ReadingType::uint10)));
  EXPECT_FALSE(packs_ten_bits(encoder(81, export_text::ReadingType::uint16)));
  const Encoder packed = encoder(81, export_text::ReadingType::uint10);
  EXPECT_TRUE(packs_ten_bits(packed));
  EXPECT_EQ(table_bytes(packed), 81U * 4);
  EXPECT_EQ(element_bytes(packed), 1U);
  // Low bytes 1, 2, 3; high bits 0, 1, 2 from the right: 36.
  EXPECT_TRUE(holds(encoder_files(packed)[1].bytes, "  1, 2, 3, 36, 1, 2, 3, 36,"));
}

TEST(UniformBits, NeedOneKindAndCodesOfEqualWidth) {
  const std::vector<export_text::DeviceInput> words = {input(export_text::ReadingType::int16),
                                                       input(export_text::ReadingType::int16)};
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {4.0F}}), words)), 1U);
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {}}), words)), std::nullopt);
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F, 2.0F}, {4.0F}}), words)), std::nullopt);
  model::Model three_levels = model_of({{1.0F, 2.0F}, {4.0F, 5.0F}});
  EXPECT_EQ(uniform_bits(encoder_of(three_levels, words)), 2U);
  three_levels.packing = payload::Packing::radix;
  EXPECT_EQ(uniform_bits(encoder_of(three_levels, words)), std::nullopt);
}

TEST(CountsBits, WhereCodesDoNotFillBytes) {
  const auto counts = [](const std::vector<float>& thresholds, payload::Packing packing) {
    model::Model model = model_of({thresholds, thresholds});
    model.packing = packing;
    return counts_bits(encoder_of(model, input(export_text::ReadingType::int16)));
  };
  const std::vector<float> seven{1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F};
  EXPECT_TRUE(counts(seven, payload::Packing::bits));
  EXPECT_FALSE(counts(seven, payload::Packing::radix));
  EXPECT_FALSE(counts({1.0F, 2.0F, 3.0F}, payload::Packing::bits));
  EXPECT_FALSE(counts({1.0F, 2.0F}, payload::Packing::bits));
}

}  // namespace
}  // namespace terse::export_c
