#include "terse/cli/export_encoder.h"

#include <fmt/core.h>

#include <filesystem>

#include "terse/base/error.h"
#include "terse/export/c/compute.h"
#include "terse/export/text/device_inputs.h"
#include "terse/export/text/requirements.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

/// missing, min and max, as they were given.
void add_failures(nlohmann::ordered_json& facts, const export_text::DeviceInput& input) {
  const auto add = [&](const char* name, std::int64_t held) {
    if (input.type == export_text::ReadingType::float32) {
      facts[name] = export_text::float_at_place(held) + 0.0F;
    } else {
      facts[name] = held;
    }
  };
  if (input.sentinel) add("missing", input.sentinel->last);
  const auto [lowest, highest] = export_text::limit_ends(input.type, input.limits);
  if (lowest) add("min", *lowest);
  if (highest) add("max", *highest);
}

/// Where the device can say nothing, which a wrong scale or offset does, too.
void tell_what_never_changes(const export_c::Encoder& encoder) {
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    if (!feature.thresholds.empty() || feature.all_thresholds() == 0) continue;
    fmt::print(
        stderr,
        "note: feature {}: no value of {} changes its code, every threshold is out of reach; "
        "check scale and offset of --input\n",
        text::in_quotes(encoder.names[f]), export_text::name_of(feature.input.type));
  }
}

}  // namespace

RequestedEncoder requested_encoder(const ExportRequest& request) {
  const model::Model& model = request.model;
  export_text::require_codes(model, request.model_path);
  const bool computes = model.readings() < model.features.size();
  if (computes && (!request.calibration.data.empty() || request.threshold_bytes < 4)) {
    throw base::OptionError(request.threshold_bytes < 4 ? "threshold_bytes" : "calibration", "",
                            "rounds thresholds; those of a computed feature stay as they are",
                            "leave it out");
  }
  base::Matrix calibration;
  if (!request.calibration.data.empty()) {
    calibration = read_table_for(model, request.calibration, false).features;
  }
  const auto form = request.form == "speed" ? export_c::Form::speed : export_c::Form::size;
  const auto inputs = export_text::device_inputs(model, request.inputs, request.inputs_file);
  export_c::require_computable(model, inputs, request.model_path);
  RequestedEncoder requested{
      export_c::make_encoder(model, request.prefix, form, inputs, calibration,
                             static_cast<std::uint8_t>(request.threshold_bytes)),
      calibration.rows()};
  requested.encoder.model = std::filesystem::path(request.model_path).stem().string();
  tell_what_never_changes(requested.encoder);
  return requested;
}

std::string feature_report(const export_c::Encoder& encoder) {
  std::string text = fmt::format("{:<24} {:>8} {:>10} {:>6} {:>12}\n", "feature", "held as",
                                 "thresholds", "bytes", "moved by");
  std::size_t out_of_reach = 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    out_of_reach += feature.passed + feature.unreached;
    text += fmt::format("{:<24} {:>8} {:>10} {:>6} {:>12}\n", text::printable(encoder.names[f]),
                        export_text::name_of(feature.input.type), feature.all_thresholds(),
                        feature.thresholds.size() * feature.bytes,
                        feature.moved == 0 ? "-" : fmt::format("{:.4g}", feature.moved_max));
  }
  if (out_of_reach > 0) {
    text +=
        fmt::format("\n{} thresholds need no comparison: every held value passes them, or none\n",
                    out_of_reach);
  }
  return text;
}

nlohmann::ordered_json feature_facts(const export_c::Encoder& encoder) {
  nlohmann::ordered_json facts;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    facts.push_back({{"name", encoder.names[f]},
                     {"type", export_text::name_of(feature.input.type)},
                     {"scale", feature.input.scale},
                     {"offset", feature.input.offset},
                     {"thresholds", feature.all_thresholds()},
                     {"out_of_reach", feature.passed + feature.unreached},
                     {"threshold_bytes", feature.bytes},
                     {"moved", feature.moved},
                     {"moved_max", feature.moved_max}});
    add_failures(facts.back(), feature.input);
  }
  return facts;
}

}  // namespace terse::cli
