// terse export --to c and its packages: options in, files out.
#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/cli/export_encoder.h"
#include "terse/cli/export_formats.h"
#include "terse/export/c/avr_limits.h"
#include "terse/export/c/compute.h"
#include "terse/export/c/cost.h"
#include "terse/export/c/network.h"
#include "terse/export/c/package.h"
#include "terse/export/text/requirements.h"

namespace terse::cli {
namespace {

std::size_t changed_codes(const export_c::Encoder& encoder) {
  std::size_t changed = 0;
  for (const auto& feature : encoder.features) changed += feature.codes_changed;
  return changed;
}

std::string report_of(const export_c::Encoder& encoder, std::size_t calibration_rows) {
  std::string text = feature_report(encoder);
  text += encoder.form == export_c::Form::size
              ? fmt::format("\ntables in flash: {} bytes; static RAM: 0 bytes\n",
                            export_c::table_bytes(encoder))
              : std::string("\nthresholds are part of the code; static RAM: 0 bytes\n");
  for (const export_c::DeviceCost& cost : export_c::expected_costs(encoder)) {
    text += fmt::format("{}: about {} bytes of flash, {} of stack, {} {} a message\n", cost.core,
                        cost.flash_bytes, cost.stack_bytes, cost.time, cost.time_unit);
  }
  if (calibration_rows > 0) {
    text += fmt::format("codes of the calibration data that rounding changed: {} of {}\n",
                        changed_codes(encoder), calibration_rows * encoder.features.size());
  }
  return text;
}

nlohmann::ordered_json facts_of(const export_c::Encoder& encoder, std::size_t calibration_rows) {
  nlohmann::ordered_json facts;
  facts["prefix"] = encoder.prefix;
  facts["form"] = encoder.form == export_c::Form::size ? "size" : "speed";
  facts["payload_bytes"] = encoder.layout().bytes();
  facts["reading_type"] = export_c::reading_type(encoder);
  facts["refuses"] = encoder.may_refuse();
  facts["table_bytes"] = export_c::table_bytes(encoder);
  std::size_t moved = 0;
  for (const auto& feature : encoder.features) moved += feature.moved;
  facts["features"] = feature_facts(encoder);
  facts["thresholds_moved"] = moved;
  facts["expected_costs"] = nlohmann::ordered_json::array();
  for (const export_c::DeviceCost& cost : export_c::expected_costs(encoder)) {
    facts["expected_costs"].push_back({{"core", cost.core},
                                       {"flash_bytes", cost.flash_bytes},
                                       {"static_ram_bytes", 0},
                                       {"stack_bytes", cost.stack_bytes},
                                       {std::string(cost.time_unit), cost.time}});
  }
  facts["calibration_codes"] = calibration_rows * encoder.features.size();
  facts["calibration_codes_changed"] = changed_codes(encoder);
  return facts;
}

void add_network_facts(Exported& exported, const model::Model& model,
                       const export_c::Encoder& encoder) {
  const export_c::NetworkFacts facts = export_c::network_facts(model, encoder);
  exported.facts["network"] = {{"bits", facts.widths},
                               {"weight_bytes", facts.weight_bytes},
                               {"channel_bytes", facts.channel_bytes},
                               {"stack_bytes", facts.stack_bytes},
                               {"decimals", facts.decimals}};
  exported.report += fmt::format(
      "network: {} bytes of weights, {} of biases and scales in flash, {} bytes of stack\n",
      facts.weight_bytes, facts.channel_bytes, facts.stack_bytes);
}

void add_compute_facts(Exported& exported, const model::Model& model) {
  const std::size_t bytes = export_c::forest_bytes(model);
  exported.facts["forest_bytes"] = bytes;
  exported.report += fmt::format("computed of the readings: {} bytes of trees in flash\n", bytes);
}

void say_what_avr_cannot_hold(Exported& exported, const ExportRequest& request,
                              const export_c::Encoder& encoder) {
  std::string problem = export_c::too_large_for_avr(encoder);
  if (problem.empty()) problem = export_c::forests_too_large_for_avr(request.model);
  if (problem.empty() && request.with_network) {
    problem = export_c::network_too_large_for_avr(request.model, encoder);
  }
  if (problem.empty()) return;
  exported.facts["too_large_for_avr"] = problem;
  fmt::print(stderr, "note: this does not compile for AVR: {}\n", problem);
}

}  // namespace

void add_c_options(Command command, ExportRequest& request) {
  command
      .add_option(
          "--form", request.form,
          "c: size (tables: small, hardly varying in time) or speed (comparisons unrolled) (size)")
      .one_of({"size", "speed"});
  command
      .add_option(
          "--input", request.inputs,
          "c, rust, micropython: what the firmware holds, [FEATURE=]TYPE[,SCALE[,OFFSET]]"
          "[,missing=VALUE][,min=VALUE][,max=VALUE] with TYPE uint8, uint10, int16, uint16, int32 "
          "or float32 and reading = SCALE * held + OFFSET; held values that are `missing`, below "
          "min or above max mean that there is no reading; without FEATURE it holds for all; "
          "repeatable (float32)")
      .repeatable();
  command.add_option("--inputs", request.inputs_file,
                     "c, rust, micropython: the same as a CSV with the columns feature, type, "
                     "scale, offset, missing, min, max");
  command
      .add_option(
          "--calibration", request.calibration.data,
          "c, form size: a table of readings (repeatable); thresholds may be rounded to fewer "
          "bytes as long as none of its codes changes")
      .repeatable();
  add_reading_options(command, request.calibration.reading);
  command
      .add_option("--threshold-bytes", request.threshold_bytes,
                  "c, form size: round thresholds to at most 1 or 2 bytes, whatever changes (4)")
      .one_of({1, 2, 4});
  command.add_flag(
      "--with-network", request.with_network,
      "c: the network of a compressed model too, as integer code: the device predicts");
  command.add_flag("--send-on-change", request.send_on_change,
                   "c, rust, micropython: a message is due only if a code has changed, or after 12 "
                   "that were not");
}

Exported export_c(const ExportRequest& request) {
  const model::Model& model = request.model;
  if (request.with_network) export_text::require_compressed(model, request.model_path);
  const auto [encoder, calibration_rows] = requested_encoder(request);
  const auto kind = export_c::package_kind_of(request.format);
  TERSE_CHECK(kind.has_value());
  Exported exported{
      export_c::package_files(model, encoder, *kind,
                              {.network = request.with_network, .send = request.send_on_change}),
      facts_of(encoder, calibration_rows), report_of(encoder, calibration_rows)};
  if (request.with_network) add_network_facts(exported, model, encoder);
  if (encoder.computed > 0) add_compute_facts(exported, model);
  say_what_avr_cannot_hold(exported, request, encoder);
  return exported;
}

}  // namespace terse::cli
