#include "terse/report/tables.h"
#include "terse/train/objective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "report/example_summary.h"

namespace terse::report {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Tables, LossShowsTwoDigitsOfItsInterval) {
  EXPECT_EQ(loss_text({0.02134, 0.00042}, " ± "), "0.02134 ± 0.00042");
  EXPECT_EQ(loss_text({12.34, 1.26}, " ± "), "12.3 ± 1.3");
  EXPECT_EQ(loss_text({0.25, NAN}, " ± "), "0.25");
  EXPECT_EQ(loss_text({NAN, NAN}, " ± "), "–");
}

TEST(Tables, AccuracyStandsBehindTheLoss) {
  study::Cell cell;
  cell.loss = {0.25, 0.013};
  EXPECT_EQ(cell_text(cell), "0.250 ± 0.013");
  cell.accuracy = 0.9183;
  EXPECT_EQ(cell_text(cell), "0.250 ± 0.013 (91.8 %)");
  study::Summary summary = example_summary();
  const std::string plain = latex_tables(summary);
  summary.cells[0].accuracy = 0.9183;
  EXPECT_TRUE(holds(latex_tables(summary), "(91.8\\,\\%)"));
  EXPECT_TRUE(holds(latex_tables(summary), "interval (accuracy)."));
  EXPECT_FALSE(holds(plain, "accuracy"));
}

TEST(Tables, LatexEscapesEverySpecialCharacter) {
  EXPECT_EQ(latex_text("a_b & 5% $x #1 {y}"), "a\\_b \\& 5\\% \\$x \\#1 \\{y\\}");
  EXPECT_EQ(latex_text("\\input~^"), "\\textbackslash{}input\\textasciitilde{}\\textasciicircum{}");
  EXPECT_EQ(latex_text("a\nb"), "a b");
}

TEST(Tables, MarkdownEscapesPipesAndTags) {
  EXPECT_EQ(markdown_text("a|b"), "a\\|b");
  EXPECT_EQ(markdown_text("<b>&amp;*x*\n_y_"), "&lt;b>&amp;amp;\\*x\\* \\_y\\_");
}

// A row has as many fields as its header, whatever the names hold.
TEST(Tables, MarkdownRowsKeepTheirColumns) {
  std::istringstream lines(markdown_tables(example_summary()));
  std::size_t columns = 0, rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] != '|') {
      columns = 0;
      continue;
    }
    std::size_t pipes = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\')
        ++i;
      else if (line[i] == '|')
        ++pipes;
    }
    if (columns == 0) columns = pipes;
    EXPECT_EQ(pipes, columns) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 5U + 5U + 6U);
}

TEST(Tables, MarkdownHoldsTheNumbers) {
  const std::string text = markdown_tables(example_summary());
  EXPECT_TRUE(holds(text, "| method | 2 bits | 3 bits | 4 bits |"));
  EXPECT_TRUE(holds(text, "| fp | 0.050 ± 0.025 |  |  |"));
  EXPECT_TRUE(holds(text, "| bw-sq | 0.150 ± 0.025 | 0.075 ± 0.025 | 0.056 ± 0.025 |"));
  EXPECT_TRUE(holds(text, "| fried | pr-qq | none |  | 4 | 8.0 |"));
  EXPECT_TRUE(holds(text, "| fried | bw-sq | 4 | 8.0 | 3 | 10.7 |"));
  EXPECT_TRUE(holds(text, "bits (shown within 50 percent)"));
}

TEST(Tables, LatexHoldsTheNumbers) {
  const std::string text = latex_tables(example_summary());
  EXPECT_TRUE(holds(text, "bw-sq & 0.150 $\\pm$ 0.025 & 0.075 $\\pm$ 0.025"));
  EXPECT_TRUE(holds(text, "\\begin{tabular}{lrrr}"));
  EXPECT_FALSE(holds(text, "<script"));
}

TEST(Tables, CsvQuotesAndKeepsEveryCell) {
  study::Summary summary = example_summary();
  summary.cells[0].losses[1] = NAN;
  const std::string text = csv(summary);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + 14);
  EXPECT_TRUE(
      holds(text, "fried,fp,0,320,40,1,0.05,0.0248,,3,,,,,,,,1.5,hidden=3x64 lr=0.001,0.04 - "));
  EXPECT_TRUE(holds(text, "fried,bw-sq,3,30,4,"));
  EXPECT_TRUE(holds(text, ",cannot tell yet,0.02"));
  EXPECT_TRUE(holds(text, ",non-inferior,0.006"));
  EXPECT_TRUE(holds(text, "\"</script><script>alert('x')</script> \"\"|&"));
}

}  // namespace
}  // namespace terse::report
