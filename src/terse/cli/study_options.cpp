#include "terse/cli/study_options.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/base/read_file.h"
#include "terse/cli/command_line.h"
#include "terse/text/quoting.h"
#include "terse/train/observer.h"

namespace terse::cli {

namespace fs = std::filesystem;

std::string text_of_file(const std::string& path) {
  auto text = base::read_file(path);
  if (!text) throw base::InputError(path, "", "cannot be opened", "check the name");
  return *std::move(text);
}

std::pair<std::string, std::string> named_data(const std::string& text) {
  const std::size_t equals = text.find('=');
  // A file may have the sign in its name.
  if (!fs::exists(text) && equals != std::string::npos && equals > 0 && text.find('/') > equals) {
    return {text.substr(0, equals), text.substr(equals + 1)};
  }
  std::string name = fs::path(text).filename().string();
  for (const std::string_view ending : {".gz", ".csv", ".tsv", ".tab", ".txt", ".dat", ".arff"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  return {name, text};
}

std::vector<NamedData> named_tables(const std::vector<std::string>& texts) {
  std::vector<NamedData> tables;
  for (const std::string& text : texts) {
    const auto [name, file] = named_data(text);
    const bool named = file != text;
    auto found = tables.end();
    for (auto table = tables.begin(); named && table != tables.end(); ++table) {
      if (table->name == name) found = table;
    }
    if (found == tables.end()) found = tables.insert(found, {name, {}});
    found->files.push_back(file);
  }
  return tables;
}

study::RunReport run_resumable(const study::Plan& plan, const std::vector<data::Table>& tables,
                               const study::Journal& journal, const study::RunOptions& options) {
  try {
    return study::run_study(plan, tables, journal, options);
  } catch (const train::Interrupted&) {
    throw base::JobError(fmt::format(
        "interrupted; finished trainings are kept in {}: the same command goes on from there",
        text::in_quotes(journal.folder().string())));
  }
}

study::Shard parsed_shard(const std::string& text) {
  study::Shard shard;
  const std::size_t slash = text.find('/');
  const bool good = slash != std::string::npos && read_number(text.substr(0, slash), shard.index) &&
                    read_number(text.substr(slash + 1), shard.count) && shard.index >= 1 &&
                    shard.index <= shard.count;
  if (good) return shard;
  throw base::InputError("--shard", "", text::in_quotes(text) + " is not INDEX/COUNT",
                         "write for example --shard 1/8, up to 8/8");
}

}  // namespace terse::cli
