#include "terse/serve/core/audit.h"

#include <gtest/gtest.h>

#include <vector>

namespace terse::serve::core {
namespace {

const Sender gate{"gate", Proof::token};

TEST(Audit, ALineSaysWhenWhoAndWhat) {
  std::vector<std::string> lines;
  Audit audit([&](const std::string& line) { lines.push_back(line); });
  audit.note(gate, "PUT /v1/models");
  audit.note({"a\nb", Proof::none}, "may not read");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].size(), std::string("audit 2026-11-30T05:13:00Z token gate: ").size() + 14);
  EXPECT_EQ(lines[0].substr(lines[0].find('Z')), "Z token gate: PUT /v1/models");
  EXPECT_EQ(lines[1].substr(lines[1].find('Z')), "Z none a?b: may not read");
}

TEST(Audit, IsBoundedAndSaysHowMuchItLeftOut) {
  std::vector<std::string> lines;
  Audit audit([&](const std::string& line) { lines.push_back(line); });
  const auto now = Audit::Clock::now();
  for (int i = 0; i < 1000; ++i) audit.note(gate, "x", now);
  EXPECT_EQ(lines.size(), 50U);
  audit.note(gate, "y", now + std::chrono::seconds(1));
  ASSERT_EQ(lines.size(), 52U);
  EXPECT_NE(lines[50].find("left out 950 lines"), std::string::npos);
  for (int i = 0; i < 1000; ++i) audit.note(gate, "z", now + std::chrono::hours(1));
  EXPECT_EQ(lines.size(), 52U + 50U);
}

TEST(Audit, SendersAreNamedWithTheirProof) {
  EXPECT_EQ(sender_text({}), "none");
  EXPECT_EQ(sender_text({"d", Proof::device}), "device d");
  EXPECT_EQ(sender_text({std::string(1000, 'n'), Proof::broker}),
            "broker " + std::string(255, 'n'));
}

}  // namespace
}  // namespace terse::serve::core
