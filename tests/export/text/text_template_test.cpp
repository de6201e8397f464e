// Texts of filled templates. Templates that must not build: templates_test.py.
#include "terse/export/text/text_template.h"

#include <gtest/gtest.h>

#include "terse/export/text/test_templates.h"

namespace terse::export_text {
namespace {

using namespace test_templates;

TEST(Blanks, AreReplacedAndNothingElseIs) {
  EXPECT_EQ(
      (BlanksTxt{.count = std::size_t{3}, .lines = "a\nb", .name = "probe"}.filled()),
      "probe_encode[3] costs @ 3; \"a\\n\" [x] ${HOME} $<1:y>\nprobeprobe\nalone:\na\nb\nend\n");
}

TEST(Blanks, AreNotFilledAgain) {
  EXPECT_EQ((BlanksTxt{.count = -1, .lines = "@COUNT@", .name = "@NAME@"}.filled()),
            "@NAME@_encode[-1] costs @ 3; \"a\\n\" [x] ${HOME} $<1:y>\n@NAME@@NAME@\nalone:\n"
            "@COUNT@\nend\n");
}

TEST(Blanks, AloneOnALineStandForLines) {
  const auto after_alone = [](const char* lines) {
    const std::string text = BlanksTxt{.count = 0, .lines = lines, .name = ""}.filled();
    return text.substr(text.find("alone:\n") + 7);
  };
  EXPECT_EQ(after_alone(""), "end\n");
  EXPECT_EQ(after_alone("a\n"), "a\nend\n");
  EXPECT_EQ(after_alone("a\n\n"), "a\n\nend\n");
}

TEST(Conditions, AskForFlagsTextsAndLists) {
  using Guest = ConditionsTxt::GuestsItem;
  EXPECT_EQ((ConditionsTxt{.guests = std::vector<Guest>(2), .loud = true, .name = "Ada"}.filled()),
            "HELLO\nto Ada, known\nboth\nwith guests\n");
  EXPECT_EQ((ConditionsTxt{.guests = std::vector<Guest>(), .loud = false, .name = ""}.filled()),
            "hello\npsst\nto you, whoever\n");
  EXPECT_EQ((ConditionsTxt{.guests = std::optional(Guest()), .loud = true, .name = ""}.filled()),
            "HELLO\nto you, whoever\nwith guests\n");
}

TEST(Lists, NestAndPartTheirItems) {
  using Room = ListsTxt::RoomsItem;
  const Room hall{.name = "hall",
                  .things = std::vector<Room::ThingsItem>{{"clock", true}, {"mat", false}}};
  const Room attic{.name = "attic", .things = std::vector<Room::ThingsItem>()};
  EXPECT_EQ((ListsTxt{.house = "H", .rooms = std::vector{hall, attic}}.filled()),
            "hall (H):\n  clock in hall of H, old\n  and\n  mat in hall of H\nattic (H):\n"
            "all: hall, attic.\nrows = {[clock mat],\n        []};\n");
  EXPECT_EQ((ListsTxt{.house = "H", .rooms = std::vector<Room>()}.filled()),
            "all: .\nrows = {};\nan empty house\n");
}

TEST(Parts, StandWhereTheyAreNamed) {
  EXPECT_EQ((PartsTxt{.loud = true, .name = "n"}.filled()),
            "for (;;) {\n  n_step();\n\n  more();\n}\nbegin\n    for (;;) {\n      n_step();\n\n"
            "      more();\n    }\nend of n_step; one line of three\n");
  EXPECT_EQ((PartsTxt{.loud = false, .name = "n"}.filled()),
            "for (;;) {\n  n_step();\n\n}\nbegin\n    for (;;) {\n      n_step();\n\n    }\n"
            "end of n_step; one line of three\n");
}

}  // namespace
}  // namespace terse::export_text
