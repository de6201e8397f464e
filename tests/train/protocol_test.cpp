#include "terse/train/protocol.h"
#include "terse/train/option_table.h"

#include <gtest/gtest.h>

namespace terse::train {
namespace {

TEST(Protocol, IsNamed) {
  EXPECT_EQ(parse_protocol("terse"), Protocol::terse);
  EXPECT_EQ(parse_protocol("paper"), Protocol::paper);
  EXPECT_EQ(parse_protocol("Paper"), std::nullopt);
}

TEST(Protocol, ThePapersIsThatOfPlainOptions) {
  for (const quantize::Method method : quantize::all_methods) {
    Options plain;
    plain.method = method;
    EXPECT_EQ(settings(default_options(Protocol::paper, method)), settings(plain));
  }
}

// Every method must be able to train with its own defaults, under either protocol.
TEST(Protocol, DefaultsAreInRange) {
  for (const quantize::Method method : quantize::all_methods) {
    for (const Protocol protocol : {Protocol::terse, Protocol::paper}) {
      const Options options = default_options(protocol, method);
      EXPECT_NO_THROW(validate(options)) << quantize::id(method);
      EXPECT_EQ(options.method, method);
    }
  }
}

TEST(Protocol, OursAveragesAndStartsWhereTreesSplit) {
  const Options options = default_options(Protocol::terse, quantize::Method::bw_sq);
  EXPECT_EQ(options.average, 0.25);
  EXPECT_EQ(options.scale.all, quantize::ScaleKind::automatic);
  EXPECT_TRUE(options.midway);
  EXPECT_EQ(options.start, quantize::ThresholdStart::tree);
  EXPECT_EQ(options.temperature_end, 1e-3);
  EXPECT_EQ(default_options(Protocol::terse, quantize::Method::pr_qq).start, std::nullopt);
  EXPECT_EQ(default_options(Protocol::terse, quantize::Method::llt9).temperature_end, 1e-4);
}

}  // namespace
}  // namespace terse::train
