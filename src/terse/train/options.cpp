#include "terse/train/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "terse/base/error.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::train {
namespace {

constexpr std::size_t hidden_layers_max = 64;
constexpr std::size_t units_max = 65536;

void require(const char* option, std::size_t value, bool holds, const std::string& bounds) {
  if (holds) return;
  throw base::OptionError(option, "", fmt::format("{} is out of range", value), "give " + bounds);
}

std::size_t parse_count(const std::string& text, std::string_view digits) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value == 0) {
    throw base::OptionError(
        "hidden", "", text::in_quotes(text) + " does not describe hidden layers",
        "write LAYERSxUNITS such as 5x128, or units per layer such as 256,128,64");
  }
  return value;
}

}  // namespace

quantize::ThresholdStart start_of(const Options& options) {
  return options.start.value_or(quantize::traits(options.method).start);
}

void check_hidden(const Options& options) {
  require("hidden", options.hidden.size(),
          !options.hidden.empty() && options.hidden.size() <= hidden_layers_max,
          fmt::format("1 to {} layers", hidden_layers_max));
  for (const std::size_t units : options.hidden) {
    require("hidden", units, units >= 1 && units <= units_max,
            fmt::format("1 to {} units", units_max));
  }
}

void check_levels(const Options& options) {
  for (const auto& [name, levels] : options.levels) {
    require("levels", levels, levels >= 1 && levels <= quantize::levels_max,
            fmt::format("1 to {} levels for {}", quantize::levels_max, text::in_quotes(name)));
  }
}

std::vector<std::size_t> feature_levels(const Options& options,
                                        const std::vector<std::string>& feature_names) {
  std::vector<std::size_t> levels(feature_names.size(), std::size_t{1} << options.bits);
  for (const auto& [name, count] : options.levels) {
    const auto found = std::find(feature_names.begin(), feature_names.end(), name);
    if (found == feature_names.end()) {
      throw base::OptionError("levels", "", text::in_quotes(name) + " is not a feature",
                              fmt::format("the features are {}", fmt::join(feature_names, ", ")));
    }
    levels[static_cast<std::size_t>(found - feature_names.begin())] = count;
  }
  return levels;
}

std::string hidden_text(const std::vector<std::size_t>& hidden) {
  const bool equal =
      std::adjacent_find(hidden.begin(), hidden.end(), std::not_equal_to<>()) == hidden.end();
  if (equal && !hidden.empty()) return fmt::format("{}x{}", hidden.size(), hidden.front());
  return fmt::format("{}", fmt::join(hidden, ","));
}

std::vector<std::size_t> parse_hidden(const std::string& text) {
  const std::string_view whole = text;
  if (const auto cross = whole.find('x'); cross != std::string_view::npos) {
    const std::size_t layers = parse_count(text, whole.substr(0, cross));
    const std::size_t units = parse_count(text, whole.substr(cross + 1));
    require("hidden", layers, layers <= hidden_layers_max,
            fmt::format("1 to {} layers", hidden_layers_max));
    return std::vector<std::size_t>(layers, units);
  }
  std::vector<std::size_t> hidden;
  for (std::size_t begin = 0; begin <= whole.size();) {
    const std::size_t end = std::min(whole.find(',', begin), whole.size());
    hidden.push_back(parse_count(text, whole.substr(begin, end - begin)));
    begin = end + 1;
  }
  return hidden;
}

quantize::ScaleKind Scales::of(const std::string& feature) const {
  for (const auto& [name, kind] : named) {
    if (name == feature) return kind;
  }
  return all;
}

std::string scales_text(const Scales& scales) {
  std::string text(quantize::name(scales.all));
  for (const auto& [name, kind] : scales.named) {
    text += fmt::format(",{}={}", name, quantize::name(kind));
  }
  return text;
}

Scales parse_scales(const std::string& text) {
  Scales scales;
  bool all_given = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    const bool named = equals != std::string::npos;
    const auto kind = quantize::parse_scale_kind(named ? part.substr(equals + 1) : part);
    if (!kind || equals == 0 || (!named && all_given)) {
      throw base::OptionError("scale", "", text::in_quotes(part) + " is not a scale",
                              "write auto, linear, normal, half or log, for single features "
                              "NAME=SCALE, for example auto,lux=log");
    }
    if (named) {
      scales.named.emplace_back(part.substr(0, equals), *kind);
    } else {
      scales.all = *kind;
      all_given = true;
    }
    begin = end + 1;
  }
  return scales;
}

std::string target_weights_text(const std::vector<std::pair<std::string, double>>& weights) {
  std::string text;
  for (const auto& [name, weight] : weights) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, weight);
  }
  return text;
}

std::vector<std::pair<std::string, double>> parse_target_weights(const std::string& text) {
  constexpr double most = 1e6;
  std::vector<std::pair<std::string, double>> weights;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    const std::string name = part.substr(0, std::min(equals, part.size()));
    const std::string_view number = std::string_view(part).substr(name.size());
    const auto weight =
        text::parse_number<double>(number.substr(std::min<std::size_t>(1, number.size())));
    const bool good = !name.empty() && weight && *weight > 0.0 && *weight <= most;
    if (!good || std::ranges::find(weights, name, [](const auto& own) { return own.first; }) !=
                     weights.end()) {
      throw base::OptionError(
          "target_weight", "", text::in_quotes(part) + " is not NAME=WEIGHT, each name once",
          "write for example yield=2,quality=0.5: numbers above 0, at most 1e6");
    }
    weights.emplace_back(name, *weight);
    begin = end + 1;
  }
  return weights;
}

std::string tolerances_text(const std::vector<Tolerance>& tolerances) {
  std::string text;
  for (const Tolerance& own : tolerances) {
    text += fmt::format("{}{}{}{}{}", text.empty() ? "" : ",", own.reading,
                        own.reading.empty() ? "" : "=", own.value, own.percent ? "%" : "");
  }
  return text;
}

std::vector<Tolerance> parse_tolerances(const std::string& text) {
  std::vector<Tolerance> tolerances;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    Tolerance own{equals == std::string::npos ? "" : part.substr(0, equals)};
    std::string_view number = part;
    if (equals != std::string::npos) number.remove_prefix(equals + 1);
    own.percent = number.ends_with('%');
    if (own.percent) number.remove_suffix(1);
    const auto value = text::parse_number<double>(number);
    const bool good = equals != 0 && value && std::isfinite(*value) && *value > 0.0;
    if (!good ||
        std::ranges::find(tolerances, own.reading, &Tolerance::reading) != tolerances.end()) {
      throw base::OptionError("tolerance", "",
                              text::in_quotes(part) + " is not NAME=TOLERANCE, each name once",
                              "write for example temperature=0.2,humidity=2%: units, or percent "
                              "of the range; without a name for all others");
    }
    own.value = *value;
    tolerances.push_back(std::move(own));
    begin = end + 1;
  }
  return tolerances;
}

std::string interval_text(double share) {
  return share == 0.0 ? "" : fmt::format("{:.6g}%", 100.0 * share);
}

double parse_interval(const std::string& text) {
  std::string_view number = text;
  if (number.empty()) return 0.0;
  const bool percent = number.ends_with('%');
  if (percent) number.remove_suffix(1);
  const auto value = text::parse_number<double>(number);
  constexpr double least = 50.0;
  constexpr double most = 100.0;
  if (percent && value && *value >= least && *value < most) return *value / 100.0;
  throw base::OptionError("interval", "", text::in_quotes(text) + " is not a share of the rows",
                          "give a percentage from 50% to below 100%, such as 90%");
}

std::string levels_text(const std::vector<std::pair<std::string, std::size_t>>& levels) {
  std::string text;
  for (const auto& [name, count] : levels) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, count);
  }
  return text;
}

std::vector<std::pair<std::string, std::size_t>> parse_levels(const std::string& text) {
  std::vector<std::pair<std::string, std::size_t>> levels;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    std::size_t count = 0;
    const char* last = part.data() + part.size();
    const bool good = equals != std::string::npos && equals > 0 && equals + 1 < part.size() &&
                      std::from_chars(part.data() + equals + 1, last, count).ptr == last;
    if (!good) {
      throw base::OptionError("levels", "", text::in_quotes(part) + " is not NAME=LEVELS",
                              "write for example temperature=5,humidity=16");
    }
    levels.emplace_back(part.substr(0, equals), count);
    begin = end + 1;
  }
  return levels;
}

}  // namespace terse::train
