#include "terse/serve/core/named_predictions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace terse::serve::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr char separator = '\x1e';

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// visit(target, its outputs)
template <class Visit>
void for_targets(const model::Model& model, std::span<const float> outputs, const Visit& visit) {
  std::size_t first = 0;
  for (const model::Target& target : std::get<model::Several>(model.output).targets) {
    visit(target, outputs.subspan(first, target.outputs()));
    first += target.outputs();
  }
}

}  // namespace

std::string named_predictions(const model::Model& model, std::span<const float> outputs) {
  Json json = Json::object();
  for_targets(model, outputs, [&](const model::Target& target, std::span<const float> own) {
    if (target.labels().empty()) {
      json[target.name] = shortest_number(own.front());
    } else {
      const auto best = std::ranges::max_element(own) - own.begin();
      json[target.name] = target.labels()[static_cast<std::size_t>(best)];
    }
  });
  return separator + text_of(json);
}

std::string named_probabilities(const model::Model& model, std::span<const float> outputs) {
  Json json = Json::object();
  for_targets(model, outputs, [&](const model::Target& target, std::span<const float> own) {
    if (!target.labels().empty())
      json[target.name] = shortest_number(*std::ranges::max_element(own));
  });
  return json.empty() ? "" : text_of(json);
}

std::optional<std::string_view> json_of_names(std::string_view label) {
  if (!begins_like_names(label)) return std::nullopt;
  return label.substr(1);
}

bool begins_like_names(std::string_view label) {
  return label.starts_with(separator);
}

Json shortest_number(float value) {
  if (!std::isfinite(value)) return nullptr;
  constexpr float whole_max = 1e15F;
  if (std::abs(value) < whole_max && std::trunc(value) == value) {
    return static_cast<std::int64_t>(value);
  }
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  double same_digits = 0.0;
  std::from_chars(digits.data(), written.ptr, same_digits);
  return same_digits;
}

}  // namespace terse::serve::core
