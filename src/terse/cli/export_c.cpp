// terse export --to c and its packages: options in, files out.
#include "terse/cli/export_formats.h"
#include "terse/error.h"

namespace terse::cli {

void add_c_options(CLI::App& command, ExportRequest& request) {
  command
      .add_option("--form", request.form,
                  "size: tables, small and in constant time; speed: comparisons unrolled (size)")
      ->check(CLI::IsMember({"size", "speed"}));
}

Exported export_c(const ExportRequest& request) {
  if (request.model.method == quantize::Method::fp) {
    throw InputError(request.model_path, "", "method fp has no thresholds to encode with",
                     "train with --method bw-sq");
  }
  return {};
}

}  // namespace terse::cli
