#include "terse/cli/study_view.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

#include "terse/cli/terminal.h"

namespace terse::cli {
namespace {

std::string bits_text(const std::optional<unsigned>& bits, double compression) {
  return bits ? fmt::format("{} bits ({:.1f}x)", *bits, compression) : "none";
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
      "| data | method | bits | payload bytes | compression | loss | +- 95% |{} of fp |\n"
      "|---|---|---:|---:|---:|---:|---:|{}---:|\n",
      classes ? " accuracy |" : "", classes ? "---:|" : "");
  for (const study::Cell& cell : summary.cells) {
    const study::Comparison* compared = study::find_comparison(summary, cell);
    text += fmt::format("| {} | {} | {} | {:.0f} | {:.1f}x | {:.4f} | {:.4f} |{} {} |\n", cell.data,
                        cell.method, cell.bits == 0 ? 32 : cell.bits, cell.payload_bytes,
                        cell.compression, cell.loss.mean, cell.loss.half_width,
                        accuracy_text(cell, classes),
                        compared == nullptr ? "-" : fmt::format("{:.3f}", compared->loss_ratio));
  }
  for (const study::TippingPoint& point : summary.tipping_points) {
    text += fmt::format("{} {}: as good as fp from {} by intervals, {} within 2%\n", point.data,
                        point.method, bits_text(point.bits_interval, point.compression_interval),
                        bits_text(point.bits_paired, point.compression_paired));
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
