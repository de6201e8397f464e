#include "terse/report/write.h"

#include <fmt/core.h>

#include <system_error>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/report/figures.h"
#include "terse/report/page.h"
#include "terse/report/tables.h"
#include "terse/text/quoting.h"

namespace terse::report {

void write_all(const study::Summary& summary, const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory / "figures", error);
  if (error) {
    throw base::JobError(fmt::format("{}: cannot make the folder: {}",
                                     text::in_quotes((directory / "figures").string()),
                                     error.message()));
  }
  for (const Figure& figure : figures(summary)) {
    base::write_file(directory / "figures" / (figure.name + ".vl.json"), figure.spec);
  }
  base::write_file(directory / "report.csv", csv(summary));
  base::write_file(directory / "report.md", markdown_tables(summary));
  base::write_file(directory / "report.tex", latex_tables(summary));
  base::write_file(directory / "report.html", html(summary));
}

}  // namespace terse::report
