// terse export: what a device, or a receiver other than Terse, needs of a model.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/export_formats.h"
#include "terse/cli/export_version.h"
#include "terse/cli/tag_option.h"
#include "terse/export/text/owned_names.h"
#include "terse/export/text/requirements.h"
#include "terse/model/file.h"
#include "terse/model/identity.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

constexpr std::array formats = {
    ExportFormat{"c", "C99 encoder for the device", export_c, add_c_options},
    ExportFormat{"arduino", "the same as an Arduino library", export_c, nullptr},
    ExportFormat{"platformio", "as a PlatformIO library", export_c, nullptr},
    ExportFormat{"esp-idf", "as an ESP-IDF component", export_c, nullptr},
    ExportFormat{"zephyr", "as a Zephyr module", export_c, nullptr},
    ExportFormat{"rust", "encoder as a no_std crate", export_rust, nullptr},
    ExportFormat{"micropython", "encoder as a module", export_micropython, nullptr},
    ExportFormat{"js", "decoder for LoRaWAN servers, ES5", export_js, add_js_options},
    ExportFormat{"onnx", "graphs from readings, codes and payloads", export_onnx, nullptr},
    ExportFormat{"header", "decoder as one header of C++17", export_header, nullptr},
};

std::string format_list() {
  std::string list;
  for (const ExportFormat& format : formats) {
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", format.name, format.gives);
  }
  return list;
}

const ExportFormat& format_of(const ExportRequest& request) {
  const auto* found = std::find_if(formats.begin(), formats.end(), [&](const ExportFormat& format) {
    return format.name == request.format;
  });
  if (found == formats.end()) {
    throw base::InputError("--to", "", text::in_quotes(request.format) + " is not a format",
                           "the formats are " + format_list());
  }
  return *found;
}

// Exported decoders compute in float32, which cannot hold what such a model predicts.
void require_plain(const ExportRequest& request) {
  const bool decodes = request.with_network || request.format == "js" || request.format == "onnx" ||
                       request.format == "header";
  if (decodes) export_text::require_plain_target(request.model, request.model_path);
  if (request.with_network) {
    export_text::require_one_target(request.model, request.model_path, "the network in C");
  }
  if (request.format == "onnx") {
    export_text::require_plain_readings(request.model, request.model_path);
  }
}

// A folder called model.js would not be what was meant.
void refuse_name_of_a_file(const std::string& folder, const std::vector<export_text::File>& files) {
  const std::filesystem::path extension = std::filesystem::path(folder).extension();
  std::error_code ignored;
  if (extension.empty() || std::filesystem::is_directory(folder, ignored)) return;
  for (const export_text::File& file : files) {
    if (std::filesystem::path(file.path).extension() != extension) continue;
    throw base::InputError("--output", "",
                           fmt::format("{} would be a folder with {} files, {} among them",
                                       text::in_quotes(folder), files.size(), file.path),
                           "give the name of a folder, without " + extension.string());
  }
}

// Whether messages begin otherwise than the model file says.
bool take_tag(ExportRequest& request) {
  if (request.tag.empty()) return false;
  const auto before = request.model.tag;
  give_tag(request.model, request.tag);
  return request.model.tag != before;
}

export_text::File tagged_model(const ExportRequest& request) {
  const std::vector<std::uint8_t> bytes = model::to_bytes(request.model);
  return {request.prefix + ".terse", std::string(bytes.begin(), bytes.end())};
}

// What the device sends can be read by that one alone.
void tell_to_serve(const std::string& tagged, const ExportRequest& request) {
  const auto tag = request.model.tag;
  fmt::print(stderr, "note: {} is the model with {}; serve and decode with it instead of {}\n",
             (std::filesystem::path(request.folder) / tagged).string(),
             tag ? "the tag " + model::tag_text(*tag) : "no tag",
             text::printable(request.model_path));
}

void run_export(ExportRequest request) {
  const ExportFormat& format = format_of(request);
  if (request.prefix.empty()) {
    request.prefix =
        export_text::identifier(std::filesystem::path(request.model_path).stem().string());
  } else {
    export_text::require_identifier(request.prefix);
  }
  if (const auto owner = export_text::owner_of(request.prefix)) {
    const std::string free = export_text::free_name(request.prefix);
    fmt::print(stderr, "note: {} is {}, so names begin with {}; --prefix chooses another\n",
               text::in_quotes(request.prefix), *owner, text::in_quotes(free));
    request.prefix = free;
  }
  request.model = model::read_file(request.model_path);
  require_plain(request);
  const bool retagged = take_tag(request);
  Exported exported = format.make(request);
  if (retagged) exported.files.push_back(tagged_model(request));
  give_version(exported.files, request.folder, model::wire_id(request.model), request.version);
  refuse_name_of_a_file(request.folder, exported.files);
  export_text::write_files(request.folder, exported.files);
  if (retagged) tell_to_serve(exported.files.back().path, request);
  if (request.json) {
    nlohmann::ordered_json json{{"format", format.name}, {"folder", request.folder}};
    for (const export_text::File& file : exported.files) json["files"].push_back(file.path);
    json["id"] = model::wire_id(request.model);
    if (request.model.tag) json["tag"] = *request.model.tag;
    json.update(exported.facts);
    fmt::print("{}\n", json.dump(2));
    return;
  }
  for (const export_text::File& file : exported.files) {
    fmt::print("{}\n", (std::filesystem::path(request.folder) / file.path).string());
  }
  if (request.report) fmt::print("\n{}", exported.report);
}

}  // namespace

void add_export(Command program) {
  auto request = std::make_shared<ExportRequest>();
  Command command = program.add_command(
      "export", "Export a model for a device, or for a receiver other than Terse");
  command.add_option("MODEL", request->model_path, "a .terse file").required();
  command.add_option("--to", request->format, "what to make: " + format_list()).required();
  command.add_option("-o,--output", request->folder, "folder for the files, created if missing")
      .is_written()
      .required();
  command.add_option("--prefix", request->prefix,
                     "prefix of every name in the exported code (the name of the model's file)");
  command.add_option(
      "--tag", request->tag,
      "first byte of each message: auto (from what travels), a byte such as 126 or "
      "0x7e, or none; where the model's file says otherwise, the model with this tag "
      "is written too (the model's)");
  command.add_option("--package-version", request->version,
                     "X.Y.Z of a package (1.0.0, then after the version in the folder: a patch, or "
                     "a major one if messages mean something else)");
  for (const ExportFormat& format : formats) {
    if (format.add_options != nullptr) format.add_options(command, *request);
  }
  command.add_flag("--report", request->report, "print what the files hold and cost");
  command.add_flag("--json", request->json, "machine-readable result on stdout");
  command.runs([request] { run_export(*request); });
}

}  // namespace terse::cli
