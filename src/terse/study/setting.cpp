#include "terse/study/setting.h"

#include <charconv>

#include "terse/base/error.h"
#include "terse/text/quoting.h"
#include "terse/train/option_table.h"

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

// One side of equal hidden layers: what a search varies. Everything else is an option of its own.
using Setter = void (*)(train::Options&, const Text&);
const std::pair<std::string_view, Setter> sides[] = {{"hidden_layers", set_layers},
                                                     {"units", set_units}};

void set_option(train::Options& options, const train::TrainingOption& option, const Text& text) {
  const auto value = train::parse_value(option, text.value);
  if (!value) text.refuse("give a number");
  try {
    option.set(options, *value);
  } catch (const base::OptionError& error) {
    text.refuse(error.remedy());
  }
}

std::string known_names() {
  std::string names;
  for (const train::TrainingOption& option : train::training_options()) {
    if (option.recorded == train::Recorded::never) continue;
    names += (names.empty() ? "" : ", ") + std::string(option.name);
  }
  for (const auto& [name, set] : sides) names += ", " + std::string(name);
  return names;
}

}  // namespace

void apply_setting(train::Options& options, const std::string& name, const std::string& value,
                   const std::string& source) {
  const Text text{source, name, value};
  for (const auto& [known, set] : sides) {
    if (known == name) return set(options, text);
  }
  const train::TrainingOption* option = train::find_training_option(name);
  if (option && option->recorded != train::Recorded::never) {
    return set_option(options, *option, text);
  }
  constexpr std::string_view levels_prefix = "levels ";
  if (name.starts_with(levels_prefix)) {
    options.levels.emplace_back(name.substr(levels_prefix.size()), text.number<std::size_t>());
    return;
  }
  throw base::InputError(source, "", text::in_quotes(name) + " is not a setting",
                         "known: " + known_names());
}

train::Options with_settings(train::Options base, const Settings& settings,
                             const std::string& source) {
  for (const auto& [name, value] : settings) apply_setting(base, name, value, source);
  train::validate(base);
  return base;
}

}  // namespace terse::study
