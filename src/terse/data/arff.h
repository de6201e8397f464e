// Attribute-relation files (ARFF) in the dialect of Weka and OpenML.
// Source: Weka's description of the format, "Attribute-Relation File Format (ARFF)", stable
// version.
#pragma once

#include <string>

#include "terse/data/bytes.h"
#include "terse/data/frame.h"

namespace terse::data {

/// Every attribute of an ARFF text. Nominal values become the index of their category; string and
/// date attributes hold no numbers (NaN, first_text says where). `?` is a gap. Values are separated
/// by commas or tabs; sparse rows {index value, ...} are filled with 0 and the first category. The
/// default target is the last attribute, as in Weka. Of the options, `missing` and `target` hold.
/// Throws InputError with line and column.
Frame read_arff(ByteSource& bytes, const std::string& source, const ReadOptions& options = {});

}  // namespace terse::data
