#include "terse/study/journal.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/base/read_file.h"
#include "terse/data/checksum.h"
#include "terse/study/json_number.h"
#include "terse/text/json_parse.h"

namespace terse::study {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr const char* remedy = "delete the file: its trial is then run again";

std::string read_text(const fs::path& path) {
  auto text = base::read_file(path);
  if (!text) throw base::JobError(path.string() + ": cannot be read");
  return *std::move(text);
}

void write_new(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw base::JobError(path.parent_path().string() + ": " + error.message());
  base::write_file(path, text);
}

// A file's own trial, whose hash must be its name.
std::string trial_in(const std::string& text, const fs::path& path) {
  const nlohmann::json json = text::parsed_json<nlohmann::json>(text);
  if (!json.is_object() || !json.contains("trial")) {
    throw base::InputError(path.string(), "", "is not the result of a trial", remedy);
  }
  const std::string trial = json["trial"].dump(-1, ' ', true, Json::error_handler_t::replace);
  if (data::sha256_hex(trial) != path.stem().string()) {
    throw base::InputError(path.string(), "", "holds a trial other than the one in its name",
                           remedy);
  }
  return trial;
}

}  // namespace

TrialResult read_result(const std::string& text, const std::string& canonical_trial,
                        const std::string& source) {
  try {
    const Json json = text::parsed_json<Json>(text);
    if (nlohmann::json(json.at("trial")).dump(-1, ' ', true) != canonical_trial) {
      throw base::InputError(source, "", "holds a trial other than the one in its name", remedy);
    }
    TrialResult result;
    for (const auto& [name, value] : json.at("metrics").items()) {
      result.metrics.emplace_back(name, number_of(value));
    }
    result.payload_bits = number_of(json.at("payload_bits"));
    result.payload_bytes = number_of(json.at("payload_bytes"));
    result.compression = number_of(json.at("compression"));
    result.train_seconds = number_of(json.at("train_seconds"));
    result.error = json.at("error").get<std::string>();
    result.thresholds = json.value("thresholds", result.thresholds);
    return result;
  } catch (const Json::exception&) {
    throw base::InputError(source, "", "is not the result of a trial", remedy);
  }
}

std::string write_result(const std::string& canonical_trial, const TrialResult& result) {
  Json json;
  json["trial"] = Json::parse(canonical_trial);
  json["metrics"] = Json::object();
  for (const auto& [name, value] : result.metrics) json["metrics"][name] = value;
  json["payload_bits"] = result.payload_bits;
  json["payload_bytes"] = result.payload_bytes;
  json["compression"] = result.compression;
  json["train_seconds"] = result.train_seconds;
  json["error"] = result.error;
  if (!result.thresholds.empty()) json["thresholds"] = result.thresholds;
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Journal::Journal(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_ / "trials", error);
  if (error) throw base::JobError((folder_ / "trials").string() + ": " + error.message());
}

fs::path Journal::path_of(const std::string& hash) const {
  return folder_ / "trials" / hash.substr(0, 2) / (hash + ".json");
}

std::optional<TrialResult> Journal::find(const Trial& trial) const {
  const fs::path path = path_of(trial_hash(trial));
  std::error_code error;
  if (!fs::exists(path, error)) return std::nullopt;
  return read_result(read_text(path), canonical_json(trial), path.string());
}

void Journal::store(const Trial& trial, const TrialResult& result) const {
  write_new(path_of(trial_hash(trial)), write_result(canonical_json(trial), result));
}

Merged merge_results(const fs::path& from, const Journal& into) {
  std::error_code error;
  if (!fs::is_directory(from / "trials", error)) {
    throw base::InputError(from.string(), "", "is not the folder of a study",
                           "give folders that terse study -o wrote");
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(from / "trials")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Merged merged;
  for (const fs::path& file : files) {
    const std::string text = read_text(file);
    const std::string trial = trial_in(text, file);
    const TrialResult result = read_result(text, trial, file.string());
    const fs::path target = into.path_of(file.stem().string());
    if (!fs::exists(target, error)) {
      write_new(target, text);
      ++merged.copied;
      continue;
    }
    ++merged.known;
    const TrialResult kept = read_result(read_text(target), trial, target.string());
    if (kept.metrics != result.metrics && !(kept.error == result.error && !kept.error.empty())) {
      merged.notes.push_back(
          fmt::format("{} differs from {}, which is kept", file.string(), target.string()));
    }
  }
  return merged;
}

}  // namespace terse::study
