// A reproduction as a Markdown document and as JSON.
#pragma once

#include <string>
#include <vector>

#include "terse/reproduce/comparison.h"
#include "terse/reproduce/protocol.h"
#include "terse/study/summary.h"

namespace terse::reproduce {

struct Document {
  Needs needs;  ///< which parts are shown
  study::Summary summary;
  Reproduction reproduction;
  std::vector<ScheduleLoss> schedules;  ///< tables 6 and 7; empty if neither was asked for
  std::string settings;                 ///< one line on how settings were chosen
};

/// Published against ours side by side, each cell marked.
std::string markdown(const Document& document);
/// The same for programs; numbers that are not finite are null.
std::string json_of(const Document& document);

}  // namespace terse::reproduce
