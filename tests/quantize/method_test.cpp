#include "terse/quantize/method.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace terse::quantize {
namespace {

TEST(Method, IdsReadBackAndAreDistinct) {
  std::set<std::string_view> ids;
  for (const Method method : all_methods) {
    EXPECT_EQ(traits(method).method, method);
    EXPECT_EQ(parse_method(id(method)), method);
    EXPECT_TRUE(ids.insert(id(method)).second) << id(method);
    EXPECT_FALSE(traits(method).description.empty());
  }
  for (const char* wrong : {"", "FP", "bw_sq", "bw-sq "}) {
    EXPECT_FALSE(parse_method(wrong).has_value()) << wrong;
  }
}

TEST(Method, StartsReadBackByName) {
  using enum ThresholdStart;
  for (const ThresholdStart start : {minmax, quantile, kmeans, tree}) {
    EXPECT_EQ(parse_start(name(start)), start);
  }
  EXPECT_EQ(name(tree), "tree");
  for (const char* wrong : {"", "none", "Tree", "quantiles"}) {
    EXPECT_FALSE(parse_start(wrong).has_value()) << wrong;
  }
}

// The table of methods in the paper: what each gives its network, and who trains thresholds.
TEST(Method, TraitsFollowThePaper) {
  EXPECT_EQ(traits(Method::fp).start, ThresholdStart::none);
  for (const Method method : all_methods) {
    const std::string_view text = id(method);
    const MethodTraits& trait = traits(method);
    const bool free_start = text == "sq" || text == "bw-sq";
    EXPECT_EQ(choosable_start(method), free_start) << text;
    EXPECT_EQ(trait.trains_thresholds,
              free_start || text == "lsq" || text == "llt4" || text == "llt9")
        << text;
    if (text.starts_with("bw-")) {
      EXPECT_EQ(trait.input, FirstLayerInput::steps) << text;
    }
    if (text.starts_with("pr-")) {
      EXPECT_EQ(trait.input, FirstLayerInput::midpoints) << text;
    }
    if (text.starts_with("po-")) {
      EXPECT_EQ(trait.input, FirstLayerInput::readings) << text;
    }
    if (text.ends_with("-mq")) {
      EXPECT_EQ(trait.start, ThresholdStart::minmax) << text;
    }
    EXPECT_EQ(full_precision(method), text == "fp" || text == "xgb") << text;
    EXPECT_EQ(trait.start == ThresholdStart::none,
              full_precision(method) || text == "lsq" || text.starts_with("llt"))
        << text;
    if (text.starts_with("xgb")) {
      EXPECT_EQ(trait.input, FirstLayerInput::none) << text;
    }
    if (text.ends_with("-qq")) {
      EXPECT_EQ(trait.start, ThresholdStart::quantile) << text;
    }
  }
  EXPECT_EQ(traits(Method::sq).input, FirstLayerInput::soft_sum);
}

}  // namespace
}  // namespace terse::quantize
