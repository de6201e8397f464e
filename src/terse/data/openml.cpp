#include "terse/data/openml.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/base/read_file.h"
#include "terse/data/arff.h"
#include "terse/data/bytes.h"
#include "terse/data/checksum.h"
#include "terse/data/limits.h"
#include "terse/text/ascii.h"
#include "terse/text/json_parse.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

namespace fs = std::filesystem;

struct Description {
  std::string format;
  std::string url;
  std::string md5;
  std::vector<std::string> targets;
  std::vector<std::string> left_out;
};

std::string id_of(const std::string& data) {
  const std::string id = data.substr(std::string_view("openml:").size());
  const auto number = text::parse_number<std::uint32_t>(id);
  if (!number) {
    throw base::InputError(data, "",
                           text::in_quotes(id) + " is not the number of an OpenML data set",
                           "write openml:ID, for example openml:197");
  }
  return fmt::format("{}", *number);
}

// OpenML writes lists as one string with commas, as an array, or not at all.
std::vector<std::string> names_in(const nlohmann::json& object, const char* key) {
  std::vector<std::string> names;
  const auto found = object.find(key);
  if (found == object.end()) return names;
  const auto add = [&names](std::string_view text) {
    while (!text.empty()) {
      const std::size_t length = std::min(text.find(','), text.size());
      const std::string_view name = text::trimmed(text.substr(0, length));
      if (!name.empty()) names.emplace_back(name);
      text.remove_prefix(std::min(length + 1, text.size()));
    }
  };
  if (found->is_string()) add(found->get<std::string>());
  if (found->is_array()) {
    for (const nlohmann::json& name : *found) {
      if (name.is_string()) add(name.get<std::string>());
    }
  }
  return names;
}

Description parse_description(const std::string& data, const std::string& text) {
  const nlohmann::json json = text::parsed_json<nlohmann::json>(text);
  const auto bad = [&](const std::string& problem) {
    return base::JobError(fmt::format("{}: OpenML's description {}", data, problem));
  };
  if (json.is_discarded()) throw bad("is not JSON: " + text::in_quotes(text));
  if (!json.is_object() || !json.contains("data_set_description") ||
      !json["data_set_description"].is_object()) {
    throw bad("has no data_set_description");
  }
  const nlohmann::json& fields = json["data_set_description"];
  const auto text_of = [&](const char* key) {
    const auto found = fields.find(key);
    return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Description description;
  description.format = text_of("format");
  description.url = text_of("url");
  description.md5 = text_of("md5_checksum");
  description.targets = names_in(fields, "default_target_attribute");
  description.left_out = names_in(fields, "row_id_attribute");
  const std::vector<std::string> ignored = names_in(fields, "ignore_attribute");
  description.left_out.insert(description.left_out.end(), ignored.begin(), ignored.end());
  if (!text::same_ignoring_case(description.format, "arff") &&
      !text::same_ignoring_case(description.format, "sparse_arff")) {
    throw base::InputError(data, "",
                           fmt::format("its format is {}", text::in_quotes(description.format)),
                           "only ARFF data sets can be read");
  }
  if (description.url.empty()) throw bad("has no url");
  if (description.md5.empty()) throw bad("has no md5_checksum");
  return description;
}

// OpenML answers 412 with {"error": {"code": "111", "message": "Unknown dataset"}}.
[[noreturn]] void fail_status(const std::string& data, long status, const std::string& body) {
  const nlohmann::json json = text::parsed_json<nlohmann::json>(body);
  std::string code;
  std::string message;
  if (json.is_object() && json.contains("error") && json["error"].is_object()) {
    const nlohmann::json& error = json["error"];
    const auto text_of = [&](const char* key) -> std::string {
      if (!error.contains(key)) return "";
      return error[key].is_string() ? error[key].get<std::string>() : error[key].dump();
    };
    code = text_of("code");
    message = text_of("message");
  }
  if (code == "110" || code == "111") {
    throw base::InputError(data, "", "OpenML has no data set of this number",
                           "search https://www.openml.org for the right one");
  }
  if (code == "112" || code == "113") {
    throw base::InputError(data, "", "this OpenML data set is private or needs an account",
                           "download it in a browser and name the file");
  }
  const std::string details =
      code.empty() ? ""
                   : fmt::format(", error {}: {}", text::in_quotes(code), text::in_quotes(message));
  throw base::JobError(
      fmt::format("{}: OpenML answered with HTTP status {}{}", data, status, details));
}

DownloadLimits with_bytes_max(DownloadLimits limits, std::uint64_t bytes_max) {
  if (limits.bytes_max == 0 || limits.bytes_max > bytes_max) limits.bytes_max = bytes_max;
  return limits;
}

// download(), with the data set named in what it throws.
long fetch(const std::string& data, const std::string& url, const DownloadLimits& limits,
           const std::function<void(std::string_view)>& sink) {
  try {
    return download(url, limits, sink);
  } catch (const base::JobError& error) {
    throw base::JobError(fmt::format("{}: {}", data, error.what()));
  }
}

std::string fetch_description(const std::string& data, const std::string& id,
                              const OpenmlOptions& options) {
  std::string body;
  const long status = fetch(data, options.base_url + "/api/v1/json/data/" + id,
                            with_bytes_max(options.limits, description_bytes_max),
                            [&](std::string_view bytes) { body += bytes; });
  if (status != 200) fail_status(data, status, body);
  return body;
}

void fetch_table(const std::string& data, const Description& description, const fs::path& path,
                 const OpenmlOptions& options) {
  base::NewFile file(path.string());
  const long status =
      fetch(data, description.url, with_bytes_max(options.limits, download_bytes_max),
            [&](std::string_view bytes) { file.write(bytes); });
  file.close();
  if (status != 200) fail_status(data, status, base::read_file(file.temporary_path()).value_or(""));
  const std::string md5 = md5_hex_of_file(file.temporary_path());
  if (!text::same_ignoring_case(md5, description.md5)) {
    throw base::JobError(
        fmt::format("{}: {} has the MD5 {} where OpenML's description promises {}; try again later",
                    data, description.url, md5, text::in_quotes(description.md5)));
  }
  file.keep();
}

// Nothing when there is none, or a damaged one.
std::optional<Description> cached_description(const std::string& data, const fs::path& path) {
  const auto text = base::read_file(path);
  if (!text) return std::nullopt;
  try {
    return parse_description(data, *text);
  } catch (const base::JobError&) {
    return std::nullopt;
  }
}

bool holds(const fs::path& path, const std::string& md5) {
  std::error_code error;
  return fs::is_regular_file(path, error) &&
         text::same_ignoring_case(md5_hex_of_file(path.string()), md5);
}

void leave_out(Frame& frame, const std::vector<std::string>& names) {
  std::erase_if(frame.columns, [&](const Column& column) {
    return std::find(names.begin(), names.end(), column.name) != names.end();
  });
}

}  // namespace

fs::path openml_cache() {
  const auto folder = [](const char* variable) -> fs::path {
    const char* value = std::getenv(variable);
    return value == nullptr ? fs::path() : fs::path(value);
  };
  // The XDG specification says to ignore relative paths.
  fs::path base = folder("XDG_CACHE_HOME");
  if (!base.is_absolute()) {
    base = folder("HOME");
    if (!base.is_absolute()) {
      throw base::JobError("there is no folder for downloads: set XDG_CACHE_HOME or HOME");
    }
    base /= ".cache";
  }
  return base / "terse" / "openml";
}

Frame read_openml(const std::string& data, const OpenmlOptions& options,
                  const ReadOptions& reading) {
  const std::string id = id_of(data);
  const fs::path folder = options.cache.empty() ? openml_cache() : options.cache;
  const fs::path description_path = folder / (id + ".json");
  const fs::path table_path = folder / (id + ".arff");

  std::optional<Description> description = cached_description(data, description_path);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw base::JobError(
        fmt::format("{}: cannot be written: {} (set XDG_CACHE_HOME to a folder with space)",
                    folder.string(), error.message()));
  }
  if (!description) {
    const std::string text = fetch_description(data, id, options);
    description = parse_description(data, text);
    fetch_table(data, *description, table_path, options);
    base::write_file(description_path, text);
  } else if (!holds(table_path, description->md5)) {
    fetch_table(data, *description, table_path, options);
  }

  Frame frame = read_arff(*open_file(table_path.string()), data, reading);
  leave_out(frame, description->left_out);
  frame.default_target = description->targets.size() == 1 ? description->targets.front() : "";
  return frame;
}

}  // namespace terse::data
