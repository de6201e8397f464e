#include "terse/cli/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "terse/cli/process.h"

namespace terse::cli {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

void request_stop(int signal_number) {
  stop.store(true, std::memory_order_relaxed);
  // Who asks twice does not want to wait.
  end_at(signal_number);
}

}  // namespace

const std::atomic<bool>& stop_request() {
  struct sigaction action = {};
  action.sa_handler = request_stop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop;
}

std::string duration_text(double seconds) {
  const auto total = static_cast<unsigned long>(std::max(0.0, seconds) + 0.5);
  if (total >= 3600) {
    return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  }
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

ProgressBar::ProgressBar(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_ && terminal_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::show(const train::Progress& progress) {
  if (quiet_) return;
  const auto now = Clock::now();
  if (progress.purpose != purpose_) {  // another training begins
    purpose_ = progress.purpose;
    start_ = now;
    tenths_shown_ = 0;
  }
  const double elapsed_seconds = std::chrono::duration<double>(now - start_).count();
  if (terminal_) {
    constexpr auto redraw_interval = std::chrono::milliseconds(100);
    if (drawn_ && now - last_ < redraw_interval) return;
    last_ = now;
    draw(progress, elapsed_seconds);
    drawn_ = true;
    return;
  }
  const std::size_t tenths = progress.step * 10 / std::max<std::size_t>(1, progress.steps);
  if (tenths <= tenths_shown_) return;
  tenths_shown_ = tenths;
  draw(progress, elapsed_seconds);
}

void ProgressBar::draw(const train::Progress& progress, double elapsed_seconds) const {
  const double done = static_cast<double>(progress.step) / static_cast<double>(progress.steps);
  const double rate = static_cast<double>(progress.step) / std::max(1e-9, elapsed_seconds);
  const double remaining_seconds = elapsed_seconds * (1.0 - done) / std::max(1e-9, done);
  const std::string text =
      fmt::format("epoch {}/{}{}{}  loss {:.4f}  temperature {:.2g}  {:.0f} steps/s  ETA {}",
                  progress.epoch, progress.epochs, purpose_.empty() ? "" : " ", purpose_,
                  progress.loss, progress.temperature, rate, duration_text(remaining_seconds));
  if (terminal_) {
    constexpr std::size_t width = 24;
    const auto filled = static_cast<std::size_t>(done * width);
    fmt::print(stderr, "\r\x1b[K[{:#<{}}{:.<{}}] {}", "", filled, "", width - filled, text);
  } else {
    fmt::print(stderr, "{:3.0f}%  {}\n", done * 100, text);
  }
  std::fflush(stderr);
}

}  // namespace terse::cli
