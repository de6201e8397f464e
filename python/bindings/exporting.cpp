// Model.export(): the files of every format.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "model.h"
#include "terse/base/error.h"
#include "terse/export/c/package.h"
#include "terse/export/c/package_kind.h"
#include "terse/export/cpp/header_decoder.h"
#include "terse/export/js/codec.h"
#include "terse/export/onnx/models.h"
#include "terse/export/python/module.h"
#include "terse/export/rust/crate.h"
#include "terse/export/text/device_inputs.h"
#include "terse/export/text/owned_names.h"
#include "terse/export/text/requirements.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

/// What a user asks for.
struct Wish {
  std::string format;
  std::string prefix;
  std::string form;
  bool with_network = false;
  bool send_on_change = false;
  bool compact = false;
  bool flat = false;
  bool network = false;
  std::vector<std::string> inputs;
};

const std::string source = "model";

export_c::Encoder encoder_of(const model::Model& model, const Wish& wish) {
  export_text::require_codes(model, source);
  const auto inputs = export_text::device_inputs(model, wish.inputs, "");
  const auto form = wish.form == "speed" ? export_c::Form::speed : export_c::Form::size;
  export_c::Encoder encoder = export_c::make_encoder(model, wish.prefix, form, inputs, {});
  encoder.model = wish.prefix;
  return encoder;
}

std::vector<export_text::File> files_of(const model::Model& model, const Wish& wish) {
  if (const auto kind = export_c::package_kind_of(wish.format)) {
    if (wish.with_network) {
      export_text::require_one_target(model, source, "the network in C");
      export_text::require_compressed(model, source);
      export_text::require_plain_target(model, source);
    }
    return export_c::package_files(model, encoder_of(model, wish), *kind,
                                   {wish.with_network, wish.send_on_change});
  }
  if (wish.with_network) {
    throw base::OptionError("with_network", "", "the network is written in C alone",
                            "export with `to` c");
  }
  if (wish.send_on_change) {
    throw base::OptionError("send_on_change", "", "sending on change is written in C alone",
                            "export with `to` c");
  }
  if (wish.format == "rust") return export_rust::crate_files(model, encoder_of(model, wish));
  if (wish.format == "micropython") {
    return export_python::module_files(model, encoder_of(model, wish));
  }
  export_text::require_plain_target(model, source);
  if (wish.format == "js") {
    return export_js::codec_files(
        model,
        {.name = wish.prefix, .compact = wish.compact, .network = wish.network, .flat = wish.flat});
  }
  if (wish.format == "header") return export_cpp::header_files(model, wish.prefix);
  if (wish.format == "onnx") {
    export_text::require_plain_readings(model, source);
    return export_onnx::onnx_files(model, wish.prefix);
  }
  throw base::OptionError("to", "", "'" + wish.format + "' is not a format",
                          "choose one of c, arduino, platformio, esp-idf, zephyr, rust, "
                          "micropython, js, onnx, header");
}

std::vector<std::string> export_to(const HeldModel& model, const std::string& format,
                                   const std::string& folder, const std::string& prefix,
                                   const std::string& form, bool with_network, bool send_on_change,
                                   bool compact, bool flat, bool network,
                                   const std::vector<std::string>& inputs) {
  export_text::require_identifier(prefix);
  const Wish wish{format,         export_text::free_name(prefix),
                  form,           with_network,
                  send_on_change, compact,
                  flat,           network,
                  inputs};
  const std::vector<export_text::File> files = files_of(*model, wish);
  export_text::write_files(folder, files);
  std::vector<std::string> paths;
  for (const export_text::File& file : files) paths.push_back(file.path);
  return paths;
}

}  // namespace

void bind_export(nb::class_<HeldModel>& model) {
  model.def("export", &export_to, nb::arg("to"), nb::arg("folder"), nb::arg("prefix"),
            nb::arg("form"), nb::arg("with_network"), nb::arg("send_on_change"), nb::arg("compact"),
            nb::arg("flat"), nb::arg("network"), nb::arg("inputs"),
            nb::call_guard<nb::gil_scoped_release>(),
            "Write the files of a format; gives their paths below the folder.");
}

}  // namespace terse::python
