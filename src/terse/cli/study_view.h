// The view of a study on the terminal: progress on stderr, tables on stdout.
#pragma once

#include <chrono>
#include <string>

#include "terse/study/run.h"
#include "terse/study/summary.h"

namespace terse::cli {

/// One line, redrawn in place on a terminal; otherwise a line when another tenth is done.
class StudyView {
 public:
  explicit StudyView(bool quiet);
  ~StudyView();
  StudyView(const StudyView&) = delete;
  StudyView& operator=(const StudyView&) = delete;

  void show(const study::StudyProgress& progress);

 private:
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::string stage_;
  std::size_t tenths_shown_ = 0;
};

/// A Markdown table of the cells, and a line per tipping point and note.
std::string summary_text(const study::Summary& summary);

/// "AMD EPYC 7B13, 2 threads".
std::string hardware_text();

}  // namespace terse::cli
