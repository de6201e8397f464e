#include "terse/serve/coap/response.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <set>

#include "terse/serve/core/json_answers.h"
#include "terse/serve/core/named_predictions.h"

namespace terse::serve::coap {
namespace {

std::string text_of(float prediction, const std::string& label) {
  if (const auto names = core::json_of_names(label)) return std::string(*names);
  return label.empty() ? fmt::format("{:.9g}", prediction) : label;
}

std::string cbor_of(const std::string& json) {
  const auto cbor = nlohmann::json::to_cbor(nlohmann::json::parse(json));
  return {cbor.begin(), cbor.end()};
}

std::uint8_t code_of(core::Verdict verdict) {
  switch (verdict) {
    case core::Verdict::stored:
    case core::Verdict::duplicate:
      return coap_code(2, 4);
    case core::Verdict::forbidden:
      return coap_code(4, 3);
    case core::Verdict::unknown_model:
      return coap_code(4, 4);
    case core::Verdict::conflict:
      return coap_code(4, 9);  // RFC 8132
    case core::Verdict::refused:
      return coap_code(4, 22);  // RFC 8132
    case core::Verdict::busy:
    case core::Verdict::unavailable:
      return coap_code(5, 3);
  }
  return coap_code(5, 0);
}

}  // namespace

bool can_accept(std::optional<std::uint32_t> format) {
  return !format || *format == text_format || *format == json_format || *format == cbor_format;
}

std::string coap_links(const core::ModelRegistry& registry) {
  std::set<std::string> names;
  for (const core::Served& served : registry.all()) names.insert(served->name);
  std::string links;
  for (const std::string& name : names) {
    links += fmt::format("{}</m/{}>;rt=\"terse.payload\";obs", links.empty() ? "" : ",", name);
  }
  return links;
}

std::string coap_state(const store::Row* row, std::string_view resource, std::uint32_t format,
                       std::optional<bool> overdue) {
  if (format == text_format) {
    if (row == nullptr) return "";
    const std::string prediction = text_of(row->prediction, row->label);
    return resource.starts_with("m/") ? row->device + " " + prediction : prediction;
  }
  const std::string json = row == nullptr ? "null" : core::prediction_json(*row, overdue);
  return format == json_format ? json : cbor_of(json);
}

CoapResponse coap_response(const core::Answer& answer, std::optional<std::uint32_t> format,
                           const core::ModelRegistry& registry) {
  const std::uint32_t wanted = format.value_or(text_format);
  CoapResponse response{code_of(answer.verdict), wanted, ""};
  if (wanted == json_format) {
    response.body = to_json(answer, registry);
  } else if (wanted == cbor_format) {
    response.body = cbor_of(to_json(answer, registry));
  } else {
    response.body = !answer.summary.empty() ? answer.summary
                    : !core::is_acknowledged(answer.verdict)
                        ? answer.reason
                        : text_of(answer.prediction, answer.label);
  }
  return response;
}

}  // namespace terse::serve::coap
