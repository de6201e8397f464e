#include "terse/study/setting.h"

#include <charconv>
#include <functional>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::study {
namespace {

struct Text {
  const std::string& source;
  const std::string& name;
  const std::string& value;

  [[noreturn]] void refuse(const std::string& remedy) const {
    throw base::InputError(source, "setting " + text::in_quotes(name),
                           text::in_quotes(value) + " does not fit", remedy);
  }

  template <typename T>
  T number() const {
    T result{};
    const char* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, result);
    if (error != std::errc{} || stop != end) refuse("give a number");
    return result;
  }
};

void set_method(train::Options& options, const Text& text) {
  const auto method = quantize::parse_method(text.value);
  if (!method) text.refuse("see terse train --help for the methods");
  options.method = *method;
}

void set_schedule(train::Options& options, const Text& text) {
  const auto schedule = quantize::parse_schedule(text.value);
  if (!schedule) text.refuse("see terse train --help for the schedules");
  options.schedule = *schedule;
}

void set_start(train::Options& options, const Text& text) {
  options.start = quantize::parse_start(text.value);
  if (!options.start) text.refuse("give quantile, minmax, kmeans or tree");
}

void set_decoder(train::Options& options, const Text& text) {
  if (text.value != "network" && text.value != "boosted") text.refuse("give network or boosted");
  options.decoder = text.value == "boosted" ? train::Decoder::boosted : train::Decoder::network;
}

void set_class_weights(train::Options& options, const Text& text) {
  if (text.value != "none" && text.value != "balanced") text.refuse("give none or balanced");
  options.class_weights =
      text.value == "balanced" ? train::ClassWeights::balanced : train::ClassWeights::none;
}

void set_unseen(train::Options& options, const Text& text) {
  if (text.value != "error" && text.value != "level") text.refuse("give error or level");
  options.unseen_level = text.value == "level";
}

void set_layers(train::Options& options, const Text& text) {
  const std::size_t units = options.hidden.empty() ? 128 : options.hidden.front();
  const auto layers = text.number<std::size_t>();
  if (layers < 1 || layers > 64) text.refuse("give 1 to 64 layers");
  options.hidden.assign(layers, units);
}

void set_units(train::Options& options, const Text& text) {
  const auto units = text.number<std::size_t>();
  options.hidden.assign(options.hidden.size(), units);
}

using Setter = void (*)(train::Options&, const Text&);

const std::pair<std::string_view, Setter> setters[] = {
    {"method", set_method},
    {"bits", [](train::Options& o, const Text& t) { o.bits = t.number<unsigned>(); }},
    {"hidden", [](train::Options& o, const Text& t) { o.hidden = train::parse_hidden(t.value); }},
    {"hidden_layers", set_layers},
    {"units", set_units},
    {"epochs", [](train::Options& o, const Text& t) { o.epochs = t.number<unsigned>(); }},
    {"batch", [](train::Options& o, const Text& t) { o.batch_rows = t.number<std::size_t>(); }},
    {"learning_rate",
     [](train::Options& o, const Text& t) { o.learning_rate = t.number<double>(); }},
    {"threshold_rate_factor",
     [](train::Options& o, const Text& t) { o.threshold_rate_factor = t.number<double>(); }},
    {"dropout", [](train::Options& o, const Text& t) { o.dropout = t.number<double>(); }},
    {"average", [](train::Options& o, const Text& t) { o.average = t.number<double>(); }},
    {"start", set_start},
    {"decoder", set_decoder},
    {"schedule", set_schedule},
    {"temperature_end",
     [](train::Options& o, const Text& t) { o.temperature_end = t.number<double>(); }},
    {"class_weights", set_class_weights},
    {"drop_rate", [](train::Options& o, const Text& t) { o.drop_rate = t.number<double>(); }},
    {"unseen", set_unseen},
    {"test_fraction",
     [](train::Options& o, const Text& t) { o.test_fraction = t.number<double>(); }},
    {"threads", [](train::Options& o, const Text& t) { o.threads = t.number<unsigned>(); }},
};

bool is_a_recorded_default(const std::string& name, const std::string& value) {
  for (const auto& [known, default_value] : train::settings(train::Options{})) {
    if (known == name) return value == default_value;
  }
  return false;
}

}  // namespace

void apply_setting(train::Options& options, const std::string& name, const std::string& value,
                   const std::string& source) {
  const Text text{source, name, value};
  for (const auto& [known, set] : setters) {
    if (known == name) return set(options, text);
  }
  constexpr std::string_view levels_prefix = "levels ";
  if (name.starts_with(levels_prefix)) {
    options.levels.emplace_back(name.substr(levels_prefix.size()), text.number<std::size_t>());
    return;
  }
  if (is_a_recorded_default(name, value)) return;
  std::string names;
  for (const auto& [known, set] : setters) {
    names += (names.empty() ? "" : ", ") + std::string(known);
  }
  throw base::InputError(source, "", text::in_quotes(name) + " is no setting that can be given",
                         "known: " + names);
}

train::Options with_settings(train::Options base, const Settings& settings,
                             const std::string& source) {
  for (const auto& [name, value] : settings) apply_setting(base, name, value, source);
  train::validate(base);
  return base;
}

}  // namespace terse::study
