#include "terse/report/write.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "data/temporary_folder.h"
#include "report/example_summary.h"
#include "terse/base/error.h"
#include "terse/report/figures.h"
#include "terse/report/tables.h"

namespace terse::report {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Write, MakesEveryFile) {
  const TemporaryFolder own;
  const auto folder = own.path() / "report";
  const study::Summary summary = example_summary();
  write_all(summary, folder);
  EXPECT_EQ(read(folder / "report.csv"), csv(summary));
  EXPECT_EQ(read(folder / "report.md"), markdown_tables(summary));
  EXPECT_EQ(read(folder / "report.tex"), latex_tables(summary));
  EXPECT_EQ(read(folder / "report.html").substr(0, 15), "<!DOCTYPE html>");
  for (const Figure& figure : figures(summary)) {
    EXPECT_EQ(read(folder / "figures" / (figure.name + ".vl.json")), figure.spec);
  }
}

TEST(Write, RefusesAFileInPlaceOfTheFolder) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_all(example_summary(), folder.write("file", "x")), base::JobError);
}

}  // namespace
}  // namespace terse::report
