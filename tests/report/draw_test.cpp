#include "terse/report/draw.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "data/temporary_folder.h"
#include "report/example_summary.h"
#include "terse/base/error.h"

namespace terse::report {
namespace {

namespace fs = std::filesystem;

class Draw : public testing::Test {
 protected:
  std::string read(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const TemporaryFolder own_;
  const fs::path folder_ = own_.path();
};

TEST_F(Draw, EveryFigureBecomesAnSvg) {
  const std::vector<Figure> all = figures(example_summary());
  ASSERT_GT(all.size(), 3U);
  draw_svg(all, folder_);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_EQ(entry.path().extension(), ".svg") << entry.path();
    ++files;
  }
  EXPECT_EQ(files, all.size());
  for (const Figure& figure : all) {
    const std::string svg = read(figure.name + ".svg");
    EXPECT_EQ(svg.substr(0, 4), "<svg") << figure.name;
    EXPECT_NE(svg.find("</svg>"), std::string::npos);
    EXPECT_NE(svg.find("<path"), std::string::npos) << figure.name;
    EXPECT_EQ(svg.find("NaN"), std::string::npos) << figure.name;
  }
}

TEST_F(Draw, SaysWhatIsMissingWithoutNode) {
  const std::string kept = getenv("PATH");
  setenv("PATH", folder_.c_str(), 1);
  EXPECT_FALSE(can_draw());
  EXPECT_THROW(
      {
        try {
          draw_svg(figures(example_summary()), folder_);
        } catch (const base::JobError& error) {
          EXPECT_NE(std::string(error.what()).find("nodejs"), std::string::npos);
          throw;
        }
      },
      base::JobError);
  setenv("PATH", kept.c_str(), 1);
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_TRUE(can_draw());
}

TEST_F(Draw, AFigureThatCannotBeDrawnIsAnError) {
  Figure wrong;
  wrong.name = "wrong";
  wrong.spec = R"({"mark": "no such mark", "data": {"values": [{"x": 1}]}})";
  EXPECT_THROW(draw_svg({wrong}, folder_), base::JobError);
}

}  // namespace
}  // namespace terse::report
