// Data sets of OpenML by their number, kept in a cache.
// Source: OpenML REST API v1, https://www.openml.org/apis (data: get the description of a data
// set).
#pragma once

#include <filesystem>
#include <string>

#include "terse/data/download.h"
#include "terse/data/frame.h"

namespace terse::data {

struct OpenmlOptions {
  std::string base_url = "https://www.openml.org";
  std::filesystem::path cache;  ///< folder; empty: the user's, see openml_cache()
  DownloadLimits limits;        ///< bytes_max 0: the limits of limits.h
};

/// $XDG_CACHE_HOME/terse/openml, or ~/.cache/terse/openml (XDG Base Directory Specification).
std::filesystem::path openml_cache();

/// Reads the DATA name "openml:ID". The description and the ARFF file it names are fetched once,
/// the file is checked against the description's MD5 whenever it is read. Columns that the
/// description calls row ids or to be ignored are left out; its target is the default target.
/// `reading` holds as for read_arff().
/// Throws InputError for a bad name, an unknown data set or one in another format, JobError when
/// it cannot be fetched or arrives damaged.
Frame read_openml(const std::string& data, const OpenmlOptions& options = {},
                  const ReadOptions& reading = {});

}  // namespace terse::data
