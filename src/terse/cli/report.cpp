// terse report: the report of a study, as a page and as tables.
#include "terse/report/write.h"

#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/cli/commands.h"
#include "terse/report/draw.h"
#include "terse/study/summary_file.h"

namespace terse::cli {
namespace {

struct ReportArguments {
  std::string study;
  std::string output;
  bool svg = false;
  bool json = false;
};

void run_report(const ReportArguments& arguments) {
  namespace fs = std::filesystem;
  const fs::path folder = arguments.output.empty() ? arguments.study : arguments.output;
  const study::Summary summary = study::read_summary(fs::path(arguments.study) / "summary.json");
  report::write_all(summary, folder);
  if (arguments.svg) report::draw_svg(report::figures(summary), folder / "figures");
  const std::string page = (folder / "report.html").string();
  if (arguments.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"page", page}, {"folder", folder.string()}}.dump(2));
    return;
  }
  fmt::print("{}\nreport.csv, report.md, report.tex and figures/ beside it\n", page);
}

}  // namespace

void add_report(Command program) {
  auto arguments = std::make_shared<ReportArguments>();
  Command command = program.add_command("report", "Make a page, tables and figures of a study");
  command.add_option("DIR", arguments->study, "folder that terse study -o wrote").required();
  command.add_option("-o,--output", arguments->output, "folder for the report (that of the study)")
      .is_written();
  command.add_flag("--svg", arguments->svg, "each figure as an SVG file too (needs Node)");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_report(*arguments); });
}

}  // namespace terse::cli
