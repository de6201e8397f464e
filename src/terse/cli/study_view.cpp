#include "terse/cli/study_view.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

#include "terse/cli/terminal.h"
#include "terse/stats/non_inferiority.h"

namespace terse::cli {
namespace {

std::string bits_text(unsigned bits, double compression) {
  return fmt::format("{} bit{} ({:.1f}x)", bits, bits == 1 ? "" : "s", compression);
}

/// "-" for what a single split does not give.
std::string number_text(double value, int digits = 4) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "-";
}

std::string open_text(const study::TippingPoint& point) {
  if (!point.bits_open) return "";
  std::string text = fmt::format("; {} bit{}: cannot tell yet", *point.bits_open,
                                 *point.bits_open == 1 ? "" : "s");
  if (point.further.kind == stats::Further::about) {
    text += fmt::format(", about {} more split{} would", point.further.splits,
                        point.further.splits == 1 ? "" : "s");
  }
  return text;
}

/// "fried bw-sq: within 2 % of fp from 4 bits (8.0x); 3 bits: cannot tell yet, about 14 more splits
/// would; intervals overlap from 3 bits (10.7x)".
std::string answer_text(const study::TippingPoint& point, const study::Summary& summary) {
  std::string text = fmt::format("{} {}: ", point.data, point.method);
  const double percent = 100 * summary.margin;
  if (point.bits_shown) {
    text += fmt::format("within {:.4g} % of fp from {}", percent,
                        bits_text(*point.bits_shown, point.compression_shown));
  } else {
    text += fmt::format("no width is shown to be within {:.4g} % of fp", percent);
  }
  text += open_text(point);
  if (point.bits_overlap) {
    text += fmt::format("; intervals overlap from {}",
                        bits_text(*point.bits_overlap, point.compression_overlap));
  }
  return text;
}

std::string accuracy_text(const study::Cell& cell, bool column) {
  if (!column) return "";
  return std::isfinite(cell.accuracy) ? fmt::format(" {:.4f} |", cell.accuracy) : " - |";
}

}  // namespace

StudyView::StudyView(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

StudyView::~StudyView() {
  if (drawn_ && terminal_) std::fputs("\n", stderr);
}

void StudyView::show(const study::StudyProgress& progress) {
  if (quiet_) return;
  const std::size_t tenths = progress.done * 10 / std::max<std::size_t>(1, progress.total);
  const bool news = progress.stage != stage_ || tenths > tenths_shown_;
  stage_ = progress.stage;
  if (!terminal_ && !news) return;
  tenths_shown_ = tenths;
  const std::string eta =
      std::isfinite(progress.eta_seconds) ? duration_text(progress.eta_seconds) : "?";
  const std::string best = progress.best.empty() ? "" : "  best " + progress.best;
  fmt::print(stderr, "{}{}: {}/{} done, {} running, ETA {}{}{}", terminal_ ? "\r\x1b[K" : "",
             progress.stage, progress.done, progress.total, progress.running, eta, best,
             terminal_ ? "" : "\n");
  std::fflush(stderr);
  drawn_ = true;
}

std::string summary_text(const study::Summary& summary) {
  const bool classes = std::ranges::any_of(
      summary.cells, [](const study::Cell& cell) { return std::isfinite(cell.accuracy); });
  std::string text = fmt::format(
      "| data | method | bits | payload bytes | compression | loss | +- 95% |{} of fp | verdict |\n"
      "|---|---|---:|---:|---:|---:|---:|{}---:|---|\n",
      classes ? " accuracy |" : "", classes ? "---:|" : "");
  for (const study::Cell& cell : summary.cells) {
    const study::Comparison* compared = study::find_comparison(summary, cell);
    text += fmt::format("| {} | {} | {} | {:.0f} | {:.1f}x | {} | {} |{} {} | {} |\n", cell.data,
                        cell.method, cell.bits == 0 ? 32 : cell.bits, cell.payload_bytes,
                        cell.compression, number_text(cell.loss.mean),
                        number_text(cell.loss.half_width), accuracy_text(cell, classes),
                        compared ? number_text(compared->loss_ratio, 3) : "-",
                        compared ? stats::name(compared->evidence.verdict) : "-");
  }
  for (const study::TippingPoint& point : summary.tipping_points) {
    text += answer_text(point, summary) + "\n";
  }
  for (const std::string& note : summary.notes) text += fmt::format("note: {}\n", note);
  return text;
}

std::string hardware_text() {
  std::string model = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (!line.starts_with("model name") || colon == std::string::npos) continue;
    model = line.substr(colon + 2);
    break;
  }
  return fmt::format("{}, {} threads", model, std::thread::hardware_concurrency());
}

}  // namespace terse::cli
