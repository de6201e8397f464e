// terse export to decoders: options in, files out.
#include <fmt/core.h>

#include "terse/cli/export_formats.h"
#include "terse/export/cpp/header_decoder.h"
#include "terse/export/js/codec.h"
#include "terse/export/onnx/models.h"

namespace terse::cli {

void add_js_options(Command command, ExportRequest& request) {
  command.add_flag("--compact", request.compact,
                   "js: bounds rounded to 1/150 of their feature's widest interval, a byte each");
  command.add_flag("--network", request.network, "js: predict in the script, if it fits");
}

Exported export_js(const ExportRequest& request) {
  Exported exported{export_js::codec_files(request.model, {.name = request.prefix,
                                                           .compact = request.compact,
                                                           .network = request.network}),
                    nlohmann::ordered_json::object(), ""};
  const std::size_t bytes = exported.files.front().bytes.size();
  exported.facts = {{"script_bytes", bytes}, {"script_bytes_max", export_js::script_bytes_max}};
  exported.report = fmt::format("script: {} bytes of the {} that network servers take\n", bytes,
                                export_js::script_bytes_max);
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
