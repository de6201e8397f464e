// terse export --to rust and micropython: the encoder in other languages than C.
#include "terse/base/error.h"
#include "terse/cli/export_encoder.h"
#include "terse/cli/export_formats.h"
#include "terse/export/python/module.h"
#include "terse/export/rust/crate.h"

namespace terse::cli {
namespace {

export_c::Encoder encoder_of(const ExportRequest& request) {
  if (request.with_network) {
    throw base::InputError("--with-network", "", "the network is written in C alone",
                           "export with --to c");
  }
  return requested_encoder(request).encoder;
}

Exported exported(std::vector<export_text::File> files, const export_c::Encoder& encoder) {
  return {std::move(files),
          {{"prefix", encoder.prefix},
           {"payload_bytes", encoder.layout().bytes()},
           {"refuses", encoder.may_refuse()},
           {"features", feature_facts(encoder)}},
          feature_report(encoder)};
}

}  // namespace

Exported export_rust(const ExportRequest& request) {
  const export_c::Encoder encoder = encoder_of(request);
  return exported(export_rust::crate_files(request.model, encoder, request.send_on_change),
                  encoder);
}

Exported export_micropython(const ExportRequest& request) {
  const export_c::Encoder encoder = encoder_of(request);
  return exported(export_python::module_files(request.model, encoder, request.send_on_change),
                  encoder);
}

}  // namespace terse::cli
