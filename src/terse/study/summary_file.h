// A summary as files: JSON that holds all of it, CSV for the spreadsheet.
#pragma once

#include <filesystem>
#include <string>

#include "terse/study/summary.h"

namespace terse::study {

/// Writes summary.json and summary.csv into the folder. Throws JobError.
void write_summary(const Summary& summary, const std::filesystem::path& folder);
/// Reads a summary.json. Throws InputError naming the file.
Summary read_summary(const std::filesystem::path& file);

/// Numbers that are not finite become null.
std::string summary_json(const Summary& summary);
/// The reverse; null becomes NaN. Throws InputError naming `source`.
Summary parse_summary(const std::string& text, const std::string& source);
/// One row per cell, losses of the splits separated by spaces ("-" where a training failed);
/// numbers that are not finite are empty.
std::string summary_csv(const Summary& summary);

}  // namespace terse::study
