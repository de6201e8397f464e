// A summary looked at by data set, method and bits.
#pragma once

#include <string>
#include <vector>

#include "terse/study/summary.h"

namespace terse::report {

/// Adds a name that is not there yet.
void add_new(std::vector<std::string>& names, const std::string& name);

/// Names in the order in which they first occur in the cells.
std::vector<std::string> data_names(const study::Summary& summary);
std::vector<std::string> method_names(const study::Summary& summary, const std::string& data);
/// Rising; without fp's 0.
std::vector<unsigned> bit_widths(const study::Summary& summary, const std::string& data);

/// The full-precision cell of a data set, or null.
const study::Cell* reference_cell(const study::Summary& summary, const std::string& data);

/// Cells of one data set with a finite mean loss that no other cell beats in both payload and loss,
/// by rising payload.
std::vector<const study::Cell*> pareto_front(const study::Summary& summary,
                                             const std::string& data);

}  // namespace terse::report
