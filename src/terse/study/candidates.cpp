#include "terse/study/candidates.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/text/json_parse.h"
#include "terse/text/quoting.h"

namespace terse::study {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t values_max = 1000;
constexpr std::uint64_t draw_stream = 7001;

// Numbers and texts alike, as settings write them.
std::string value_text(const Json& value, const std::string& name, const std::string& source) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  throw base::InputError(source, "setting " + text::in_quotes(name),
                         "the value is neither number nor text",
                         "write for example \"dropout\": 0.2");
}

Json parsed(const std::string& text, const std::string& source) {
  Json json = text::parsed_json<Json>(text);
  if (json.is_discarded()) throw base::InputError(source, "", "is not JSON", "");
  return json;
}

}  // namespace

std::vector<Settings> default_portfolio() {
  return {{{"hidden", "5x128"}},
          {{"hidden", "5x128"}, {"threshold_rate_factor", "3"}},
          {{"hidden", "5x256"}, {"threshold_rate_factor", "2"}},
          {{"hidden", "5x256"}, {"dropout", "0.2"}, {"epochs", "70"}},
          {{"hidden", "6x512"}},
          {{"hidden", "6x512"}, {"dropout", "0.2"}, {"epochs", "70"}},
          {{"hidden", "6x512"}, {"dropout", "0.4"}},
          {{"hidden", "5x64"}, {"dropout", "0.2"}}};
}

std::vector<Settings> read_portfolio(const std::string& text, const std::string& source) {
  const Json json = parsed(text, source);
  if (!json.is_array() || json.empty()) {
    throw base::InputError(source, "", "is not a list of settings",
                           "write for example [{\"hidden\": \"5x128\"}, {\"hidden\": \"5x256\"}]");
  }
  std::vector<Settings> portfolio;
  for (const Json& entry : json) {
    if (!entry.is_object()) {
      throw base::InputError(source, "", "an entry of the list is not an object of settings", "");
    }
    Settings settings;
    for (const auto& [name, value] : entry.items()) {
      settings.emplace_back(name, value_text(value, name, source));
    }
    with_settings({}, settings, source);
    portfolio.push_back(std::move(settings));
  }
  return portfolio;
}

Space read_space(const std::string& text, const std::string& source) {
  const Json json = parsed(text, source);
  if (!json.is_object() || json.empty()) {
    throw base::InputError(source, "", "is not an object of settings",
                           "write for example {\"units\": [64, 128], \"dropout\": [0, 0.2]}");
  }
  Space space;
  for (const auto& [name, values] : json.items()) {
    if (!values.is_array() || values.empty() || values.size() > values_max) {
      throw base::InputError(source, "setting " + text::in_quotes(name),
                             "has no list of 1 to 1000 values",
                             "write for example \"units\": [64, 128]");
    }
    auto& [known, texts] = space.choices.emplace_back(name, std::vector<std::string>());
    for (const Json& value : values) {
      texts.push_back(value_text(value, name, source));
      with_settings({}, {{name, texts.back()}}, source);
    }
  }
  return space;
}

Space paper_space() {
  return {{{"hidden_layers", {"5", "6", "8", "10"}},
           {"units", {"32", "64", "128", "256", "512", "1024", "2048", "4096", "8192"}},
           {"dropout", {"0", "0.2", "0.4", "0.5"}},
           {"learning_rate", {"0.001", "0.0001"}},
           {"epochs", {"30", "50", "70"}},
           {"temperature_end", {"0.001", "0.0001"}}}};
}

std::vector<std::pair<quantize::Method, Settings>> settings_of_methods(
    train::Protocol protocol, const std::vector<quantize::Method>& methods) {
  std::vector<std::pair<quantize::Method, Settings>> found;
  for (const quantize::Method method : methods) {
    const double own = train::default_options(protocol, method).temperature_end;
    if (own == train::Options{}.temperature_end) continue;
    found.push_back({method, {{"temperature_end", fmt::format("{}", own)}}});
  }
  return found;
}

std::vector<Settings> draw(const Space& space, std::size_t count, std::uint64_t seed) {
  base::Random random(seed, draw_stream);
  std::vector<Settings> draws(count);
  for (Settings& settings : draws) {
    for (const auto& [name, values] : space.choices) {
      settings.emplace_back(name, values[random.below(values.size())]);
    }
  }
  return draws;
}

}  // namespace terse::study
