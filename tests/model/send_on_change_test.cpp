#include "terse/model/send_on_change.h"

#include <gtest/gtest.h>

#include "model/examples.h"

namespace terse::model {
namespace {

using Reason = SendOnChange::Reason;

/// Levels 8, 3 categories, and 4 with the last for gaps.
Model three_features() {
  Model model;
  model.features.resize(3);
  model.thresholds.add_feature(std::vector<float>{1, 2, 3, 4, 5, 6, 7});
  model.features[1].categories = {"a", "b", "c"};
  model.thresholds.add_feature(std::vector<float>{});
  model.features[2].missing_level = true;
  model.thresholds.add_feature(std::vector<float>{1, 2});
  return model;
}

/// "s" sent for a change, "h" as a heartbeat, "." held; of messages as three digits.
std::string course(SendOnChange& sender, const std::vector<std::string>& messages) {
  std::string said;
  for (const std::string& message : messages) {
    std::vector<quantize::Code> codes;
    for (const char c : message) codes.push_back(static_cast<quantize::Code>(c - '0'));
    const Reason reason = sender.next(codes);
    said += reason == Reason::held ? '.' : reason == Reason::changed ? 's' : 'h';
    if (reason != Reason::held) sender.sent(codes);
  }
  return said;
}

TEST(SendOnChange, SendsTheFirstAndWhatChanges) {
  SendOnChange sender(three_features(), {});
  EXPECT_EQ(course(sender, {"000", "000", "100", "100", "300", "310", "310", "300"}), "s.s.ss.s");
}

TEST(SendOnChange, ACodeThatGoesBackByOneLevelWaitsForTheHeartbeat) {
  SendOnChange sender(three_features(), {.heartbeat_messages = 4});
  EXPECT_EQ(course(sender, {"300", "400", "300", "400", "300", "300", "300"}), "ss....h");
  // It was sent as 3 then; 4 is where it was before.
  EXPECT_EQ(course(sender, {"400", "300", "200", "400", "300"}), "..sss");
}

TEST(SendOnChange, OtherFeaturesDoNotForgetIt) {
  SendOnChange sender(three_features(), {});
  EXPECT_EQ(course(sender, {"300", "400", "410", "310", "420", "320", "520"}), "sss.s.s");
}

TEST(SendOnChange, CategoriesAndGapsHaveNoNeighbours) {
  SendOnChange sender(three_features(), {.change_levels = 3});
  EXPECT_EQ(course(sender, {"000", "010", "000", "020", "023", "020", "022", "220", "520"}),
            "ssssss..s");
}

TEST(SendOnChange, AHeartbeatTellsTheWholeState) {
  SendOnChange sender(three_features(), {.change_levels = 3, .heartbeat_messages = 2});
  EXPECT_EQ(course(sender, {"000", "200", "200", "200", "400", "500"}), "s..h.s");
  SendOnChange often(three_features(), {.heartbeat_messages = 1});
  EXPECT_EQ(course(often, {"000", "000", "000", "000", "000"}), "s.h.h");
}

TEST(SendOnChange, AFlagSendsWheneverItChanges) {
  Model model = three_features();
  model.thresholds = {};
  for (const float highest : {7.0F, 0.0F, 1.0F}) {
    std::vector<float> thresholds;
    for (float at = 1; at <= highest; ++at) thresholds.push_back(at);
    model.thresholds.add_feature(thresholds);
  }
  SendOnChange sender(model, {.change_levels = 2});
  EXPECT_EQ(course(sender, {"000", "001", "000", "001", "001", "101"}), "ssss..");
}

TEST(SendOnChange, KnowsWhichCodesAreInAnOrder) {
  EXPECT_EQ(highest_ordered_codes(three_features()), (std::vector<std::size_t>{7, 0, 2}));
}

}  // namespace
}  // namespace terse::model
