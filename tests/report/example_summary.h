// A small study with hostile names, for the tests of the room.
#pragma once

#include <limits>

#include "terse/study/summarise.h"

namespace terse::report {

inline const std::string hostile = "</script><script>alert('x')</script> \"|&_%$#{}~^\\";

inline study::Cell example_cell(const std::string& data, const std::string& method, unsigned bits,
                                double loss) {
  study::Cell cell;
  cell.data = data;
  cell.method = method;
  cell.bits = bits;
  cell.payload_bits = bits == 0 ? 320 : 10.0 * bits;
  cell.payload_bytes = bits == 0 ? 40 : (10 * bits + 7) / 8;
  cell.compression = 320 / cell.payload_bits;
  cell.losses = {loss - 0.01, loss, loss + 0.01};
  cell.loss = {loss, 0.0248};  // 4.303 * 0.01 / sqrt(3)
  cell.train_seconds_mean = 1.5;
  cell.settings = {{"hidden", "3x64"}, {"lr", "0.001"}};
  return cell;
}

inline study::Summary example_summary() {
  study::Summary summary;
  for (const std::string& data : {std::string("fried"), hostile}) {
    summary.cells.push_back(example_cell(data, "fp", 0, 0.05));
    for (const unsigned bits : {2U, 3U, 4U}) {
      const double gap = 0.4 / (1U << (2 * bits));
      summary.cells.push_back(example_cell(data, "pr-qq", bits, 0.06 + 8 * gap));
      summary.cells.push_back(example_cell(data, "bw-sq", bits, 0.05 + 4 * gap));
    }
    summary.histograms.push_back(
        {data,
         hostile,
         "°C",
         {0, 1, 2, 3, 4},
         {5, 20, 10, 1},
         {{"bw-sq 2 bits", {0.7, 1.5, 2.2}}, {"pr-qq 2 bits", {1, 1.6, 2}}}});
  }
  // Wide enough for three splits to show that bw-sq at 4 bits is within it, and nothing else.
  summary.margin = 0.5;
  study::compare(summary);
  summary.command = "terse study fried '" + hostile + "' -o results";
  summary.version = "0.1.0";
  summary.hardware = "two cores";
  summary.seed = 7;
  summary.splits = 3;
  summary.notes = {"fried bw-sq 2 bits: 1 of 3 splits failed: " + hostile};
  return summary;
}

}  // namespace terse::report
