#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/export/c/network.h"
#include "terse/export/c/network_numbers.h"
#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"
#include "terse/model/decoder/integer_network.h"

namespace terse::export_c {
namespace {

bool classifies(const model::Model& model) {
  return std::holds_alternative<model::Classes>(model.output);
}

std::string target_text(const model::Model& model) {
  return in_comment(model.target_name) +
         (model.target_unit.empty() ? "" : fmt::format(" in {}", in_comment(model.target_unit)));
}

std::string class_list(const model::Model& model) {
  std::string text;
  const std::span<const std::string> labels = model.labels();
  for (std::size_t k = 0; k < labels.size(); ++k) {
    text += fmt::format("{} * {:>3}  {}", k == 0 ? "" : "\n", k, in_comment(labels[k]));
  }
  return text;
}

std::string use_text(const model::Model& model, const CEncoder& encoder, int decimals) {
  const std::string upper = upper_prefix(encoder);
  if (!classifies(model)) {
    return fmt::format(
        "int32_t prediction = {0}_predict(readings); /* {1} = prediction / 10^{2} */",
        encoder.prefix, in_comment(model.target_name), decimals);
  }
  return fmt::format(
      "int32_t scores[{1}CLASSES]; /* NULL instead: not wanted */\n"
      "uint16_t likeliest = {0}_predict(readings, scores);",
      encoder.prefix, upper);
}

}  // namespace

std::string c_network_header(const model::Model& model, const CEncoder& encoder) {
  const std::string upper = upper_prefix(encoder);
  const CNetworkFacts facts = c_network_facts(model, encoder);
  const bool classes = classifies(model);
  const std::string type = classes ? "uint16_t" : "int32_t";
  const std::string scores = classes ? ", int32_t *scores" : "";
  const std::string decimals = fmt::format("{}", facts.decimals);
  const std::string result =
      classes ? export_text::fill("c_network_classes.in",
                                  {{"UPPER", upper},
                                   {"DECIMALS", decimals},
                                   {"CLASS_LIST", class_list(model)},
                                   {"CLASSES", fmt::format("{}", model.outputs())}})
              : export_text::fill(
                    "c_network_regression.in",
                    {{"UPPER", upper}, {"TARGET", target_text(model)}, {"DECIMALS", decimals}});
  std::string readings = fmt::format(
      "/* From readings, as {0}_encode takes them. */\n"
      "{1} {0}_predict(const {0}_reading_t *readings{2});\n",
      encoder.prefix, type, scores);
  if (encoder.has_gaps()) {
    readings += fmt::format(
        "\n/* From readings of which some are missing, as {0}_encode_masked takes them. */\n"
        "{1} {0}_predict_masked(const {0}_reading_t *readings, const uint8_t *missing{2});\n",
        encoder.prefix, type, scores);
  }
  return export_text::fill(
      "c_network_header.in",
      {{"PREFIX", encoder.prefix},
       {"UPPER", upper},
       {"MODEL", in_comment(encoder.model)},
       {"SUMMARY",
        fmt::format("{} bits a weight, the look-up table first: {} bytes, and {} "
                    "of biases and scales.",
                    fmt::join(facts.widths, " "), facts.weight_bytes, facts.channel_bytes)},
       {"STACK", fmt::format("{}", facts.stack_bytes)},
       {"RESULT", result},
       {"READINGS", readings},
       {"TYPE", type},
       {"SCORES", scores}});
}

CNetworkFacts c_network_facts(const model::Model& model, const CEncoder& encoder) {
  const DeviceNetwork network = device_network(model);
  CNetworkFacts facts;
  for (const DeviceLayer& layer : network.layers) {
    facts.widths.push_back(layer.bits);
    facts.weight_bytes += layer.weights.size();
  }
  facts.channel_bytes = network.flash_bytes_of_channels();
  const bool radix = encoder.packing == payload::Packing::radix;
  facts.stack_bytes =
      network.scratch_sums() * network.sum_bytes() + encoder.layout().bytes() * (radix ? 2 : 1);
  facts.decimals = network.outputs.decimals;
  return facts;
}

std::vector<std::int32_t> c_network_predictions(const model::Model& model, const CEncoder& encoder,
                                                std::span<const TestVector> vectors) {
  const payload::Layout layout = encoder.layout();
  model::decoder::IntegerNetwork network(integer_layers(model), layout.levels(), 1);
  const model::decoder::FixedPointOutputs form = device_network(model).outputs;
  std::vector<quantize::Code> codes(encoder.features.size());
  std::vector<std::int32_t> outputs(model.outputs());
  std::vector<std::int32_t> predictions;
  for (const TestVector& vector : vectors) {
    TERSE_CHECK(layout.unpack(vector.payload, codes) == payload::Status::ok);
    network.run_fixed(codes.data(), 1, form, outputs);
    const auto likeliest = std::ranges::max_element(outputs) - outputs.begin();
    predictions.push_back(classifies(model) ? static_cast<std::int32_t>(likeliest) : outputs[0]);
  }
  return predictions;
}

std::string c_network_readme(const model::Model& model, const CEncoder& encoder,
                             const CNetworkPlaces& places) {
  const CNetworkFacts facts = c_network_facts(model, encoder);
  const std::string result =
      classifies(model)
          ? fmt::format("The result is the place of the likeliest class (from 0: {}).",
                        fmt::join(model.labels(), ", "))
          : fmt::format("The result is a whole number: {} times 10^{}.", target_text(model),
                        facts.decimals);
  return export_text::fill("c_network_readme.in",
                           {{"PREFIX", encoder.prefix},
                            {"MODEL", encoder.model},
                            {"USE", use_text(model, encoder, facts.decimals)},
                            {"RESULT_TEXT", result},
                            {"BITS", fmt::format("{}", fmt::join(facts.widths, " "))},
                            {"WEIGHT_BYTES", fmt::format("{}", facts.weight_bytes)},
                            {"CHANNEL_BYTES", fmt::format("{}", facts.channel_bytes)},
                            {"STACK", fmt::format("{}", facts.stack_bytes)},
                            {"VECTORS_PATH", places.vectors},
                            {"TEST_PATH", places.test},
                            {"TEST_COMMAND", places.command}});
}

std::string c_network_test(const model::Model& model, const CEncoder& encoder,
                           std::span<const TestVector> vectors) {
  std::vector<std::string> messages;
  for (const TestVector& vector : vectors) {
    std::string message = "  {";
    for (std::size_t i = 0; i < vector.payload.size(); ++i) {
      message += fmt::format("{}0x{:02X}",
                             i == 0        ? ""
                             : i % 16 == 0 ? ",\n   "
                                           : ", ",
                             vector.payload[i]);
    }
    messages.push_back(message + "},");
  }
  std::vector<std::string> predictions;
  for (const std::int32_t prediction : c_network_predictions(model, encoder, vectors)) {
    predictions.push_back(fmt::format("  {}L,", prediction));
  }
  return export_text::fill("c_network_test.in",
                           {{"PREFIX", encoder.prefix},
                            {"UPPER", upper_prefix(encoder)},
                            {"VECTORS", fmt::format("{}", vectors.size())},
                            {"MESSAGES", fmt::format("{}", fmt::join(messages, "\n"))},
                            {"PREDICTIONS", fmt::format("{}", fmt::join(predictions, "\n"))},
                            {"NULL_SCORES", classifies(model) ? ", NULL" : ""}});
}

}  // namespace terse::export_c
