// terse export to decoders: options in, files out.
#include <fmt/core.h>

#include "terse/cli/export_formats.h"
#include "terse/export/cpp/header_decoder.h"
#include "terse/export/js/codec.h"
#include "terse/export/onnx/models.h"
#include "terse/text/quoting.h"

namespace terse::cli {

void add_js_options(Command command, ExportRequest& request) {
  command.add_flag("--compact", request.compact,
                   "js: bounds rounded to 1/150 of their feature's widest interval, a byte each");
  command.add_flag("--network", request.network, "js: predict in the script, if it fits");
  command.add_flag("--flat", request.flat,
                   "js: NAME: value instead of an object for each feature, and normalizeUplink for "
                   "the features whose names and units the device repository knows");
}

Exported export_js(const ExportRequest& request) {
  Exported exported{export_js::codec_files(request.model, {.name = request.prefix,
                                                           .compact = request.compact,
                                                           .network = request.network,
                                                           .flat = request.flat}),
                    nlohmann::ordered_json::object(), ""};
  const std::size_t bytes = exported.files.front().bytes.size();
  exported.facts = {{"script_bytes", bytes}, {"script_bytes_max", export_js::script_bytes_max}};
  exported.report = fmt::format("script: {} bytes of the {} that network servers take\n", bytes,
                                export_js::script_bytes_max);
  if (!request.flat) return exported;
  exported.facts["normalized"] = nlohmann::ordered_json::object();
  for (const auto& feature : export_js::normalized_features(request.model)) {
    exported.facts["normalized"][feature.name] = feature.place;
    exported.report +=
        fmt::format("normalizeUplink: {} is {}\n", text::printable(feature.name), feature.place);
  }
  return exported;
}

Exported export_onnx(const ExportRequest& request) {
  Exported exported{export_onnx::onnx_files(request.model, request.prefix),
                    nlohmann::ordered_json::object(), ""};
  for (const export_text::File& file : exported.files) {
    exported.report += fmt::format("{}: {} bytes\n", file.path, file.bytes.size());
  }
  return exported;
}

Exported export_header(const ExportRequest& request) {
  return {export_cpp::header_files(request.model, request.prefix), nlohmann::ordered_json::object(),
          ""};
}

}  // namespace terse::cli
