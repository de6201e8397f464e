#include "terse/export/c/keys.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(KeyKinds, AreSharedByFeaturesComparedAlike) {
  const model::Model model = model_of({{1.0F}, {4.0F}, {2.0F}, {}});
  using export_text::ReadingType;
  const Encoder encoder =
      encoder_of(model, {input(ReadingType::int16), input(ReadingType::int16, -1.0),
                         input(ReadingType::int16), input(ReadingType::float32)});
  const KeyKinds kinds = key_kinds(encoder);
  EXPECT_EQ(kinds.distinct.size(), 2U);
  EXPECT_EQ(kinds.of_feature, (std::vector<std::size_t>{0, 1, 0, 0}));
  EXPECT_FALSE(widths_differ(encoder));
  EXPECT_EQ(key_bytes_max(encoder), 2U);
}

TEST(KeyKinds, AreOfFeaturesThatNeedAComparison) {
  using export_text::ReadingType;
  // No uint8 reaches 300, so nothing of it is compared.
  const Encoder encoder =
      encoder_of(model_of({{1.0F}, {300.0F}, {4.0F}}),
                 {input(ReadingType::int16), input(ReadingType::uint8), input(ReadingType::int16)});
  EXPECT_EQ(key_kinds(encoder).distinct.size(), 1U);
  EXPECT_EQ(key_kinds(encoder).distinct.front().type, ReadingType::int16);
}

}  // namespace
}  // namespace terse::export_c
