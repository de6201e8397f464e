#include "terse/serve/coap_response.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "terse/serve/json_answers.h"

namespace terse::serve {
namespace {

constexpr std::uint8_t code(unsigned major, unsigned detail) {
  return static_cast<std::uint8_t>(major << 5 | detail);
}

std::uint8_t code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::stored:
    case Verdict::duplicate:
      return code(2, 4);
    case Verdict::unknown_model:
      return code(4, 4);
    case Verdict::conflict:
      return code(4, 9);  // RFC 8132
    case Verdict::refused:
      return code(4, 22);  // RFC 8132
    case Verdict::busy:
    case Verdict::unavailable:
      return code(5, 3);
  }
  return code(5, 0);
}

}  // namespace

bool can_accept(std::optional<std::uint32_t> format) {
  return !format || *format == text_format || *format == json_format || *format == cbor_format;
}

std::string coap_links(const ModelRegistry& registry) {
  std::set<std::string> names;
  for (const Served& served : registry.all()) names.insert(served->name);
  std::string links;
  for (const std::string& name : names) {
    links += fmt::format("{}</m/{}>;rt=\"terse.payload\"", links.empty() ? "" : ",", name);
  }
  return links;
}

CoapResponse coap_response(const Answer& answer, std::optional<std::uint32_t> format,
                           const ModelRegistry& registry) {
  const std::uint32_t wanted = format.value_or(text_format);
  CoapResponse response{code_of(answer.verdict), wanted, ""};
  if (wanted == json_format) {
    response.body = to_json(answer, registry);
  } else if (wanted == cbor_format) {
    const auto cbor = nlohmann::json::to_cbor(nlohmann::json::parse(to_json(answer, registry)));
    response.body.assign(cbor.begin(), cbor.end());
  } else {
    response.body = !answer.summary.empty()            ? answer.summary
                    : !is_acknowledged(answer.verdict) ? answer.reason
                    : answer.label.empty()             ? fmt::format("{:.9g}", answer.prediction)
                                                       : answer.label;
  }
  return response;
}

}  // namespace terse::serve
