// The arguments and files that the commands for studies share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "terse/study/run.h"

namespace terse::cli {

/// The whole file. Throws InputError if it cannot be opened.
std::string text_of_file(const std::string& path);

/// Name and DATA of "NAME=DATA", or of DATA alone: its name is the file's, without folder and
/// endings.
std::pair<std::string, std::string> named_data(const std::string& text);

/// A table of one or more files, under one name.
struct NamedData {
  std::string name;
  std::vector<std::string> files;
};

/// The tables of several such texts. Files that were given the same NAME are one table.
std::vector<NamedData> named_tables(const std::vector<std::string>& texts);

/// study::run_study(); if it is interrupted, a JobError that says where what is done was kept.
study::RunReport run_resumable(const study::Plan& plan, const std::vector<data::Table>& tables,
                               const study::Journal& journal, const study::RunOptions& options);

/// "INDEX/COUNT". Throws InputError.
study::Shard parsed_shard(const std::string& text);

}  // namespace terse::cli
