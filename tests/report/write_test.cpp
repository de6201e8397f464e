#include "terse/report/write.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "report/example_summary.h"
#include "terse/error.h"
#include "terse/report/figures.h"
#include "terse/report/tables.h"

namespace terse::report {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Write, MakesEveryFile) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "terse_report_write";
  std::filesystem::remove_all(folder);
  const study::Summary summary = example_summary();
  write_all(summary, folder);
  EXPECT_EQ(read(folder / "report.csv"), csv(summary));
  EXPECT_EQ(read(folder / "report.md"), markdown_tables(summary));
  EXPECT_EQ(read(folder / "report.tex"), latex_tables(summary));
  EXPECT_EQ(read(folder / "report.html").substr(0, 15), "<!DOCTYPE html>");
  for (const Figure& figure : figures(summary)) {
    EXPECT_EQ(read(folder / "figures" / (figure.name + ".vl.json")), figure.spec);
  }
  std::filesystem::remove_all(folder);
}

TEST(Write, RefusesAFileInPlaceOfTheFolder) {
  const auto file = std::filesystem::path(testing::TempDir()) / "terse_report_file";
  std::ofstream(file) << "x";
  EXPECT_THROW(write_all(example_summary(), file), JobError);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace terse::report
