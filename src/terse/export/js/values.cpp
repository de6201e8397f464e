#include "terse/export/js/values.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "terse/base/error.h"

namespace terse::export_js {
namespace {

constexpr int steps_max = 90;  // 91 characters from '#' to '~', the backslash left out
constexpr int first_character = '#';

double value_of(std::string_view text) {
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "0.5" as ".5", "1e-07" as "1e-7".
std::string shortened(std::string text) {
  const auto replace = [&](std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at != std::string::npos) text.replace(at, from.size(), to);
  };
  replace("e+0", "e");
  replace("e-0", "e-");
  replace("e+", "e");
  if (text.rfind("0.", 0) == 0) text.erase(0, 1);
  if (text.rfind("-0.", 0) == 0) text.erase(1, 1);
  return text;
}

// The fewest digits that are no farther than `tolerance` from `value`.
std::string near(double value, double tolerance) {
  for (int digits = 1; digits < 17; ++digits) {
    std::string text = shortened(fmt::format("{:.{}g}", value, digits));
    if (text[0] == '.') text.insert(0, 1, '0');
    if (text.rfind("-.", 0) == 0) text.insert(1, 1, '0');
    if (std::fabs(value_of(text) - value) <= tolerance) return shortened(text);
  }
  return number_literal(value);
}

double read_back(std::string text) {
  if (text[0] == '.') text.insert(0, 1, '0');
  if (text.rfind("-.", 0) == 0) text.insert(1, 1, '0');
  return value_of(text);
}

}  // namespace

std::string number_literal(float value) {
  TERSE_CHECK(std::isfinite(value));
  return shortened(fmt::format("{}", value == 0.0F ? 0.0F : value));
}

std::string number_literal(double value) {
  TERSE_CHECK(std::isfinite(value));
  return shortened(fmt::format("{}", value == 0.0 ? 0.0 : value));
}

std::string text_literal(std::string_view text) {
  std::string result = "\"";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const std::string_view three = text.substr(at, 3);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else if (three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9") {
      // Line ends to ES5, though not to JSON.
      result += three.back() == '\xA8' ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string array_literal(std::span<const std::string> texts) {
  std::string result = "[";
  for (const std::string& text : texts)
    result += (result.size() == 1 ? "" : ",") + text_literal(text);
  return result + ']';
}

ScriptThresholds exact_thresholds(std::span<const float> thresholds, double origin) {
  TERSE_CHECK(!thresholds.empty());
  ScriptThresholds result;
  for (const float threshold : thresholds) {
    const std::string number = origin == 0.0
                                   ? number_literal(threshold)
                                   : number_literal(origin + static_cast<double>(threshold));
    result.text += (result.text.empty() ? "[" : ",") + number;
    result.values.push_back(read_back(number));
  }
  result.text += ']';
  return result;
}

ScriptThresholds compact_thresholds(std::span<const float> thresholds, double origin) {
  TERSE_CHECK(!thresholds.empty());
  double widest = 0.0;
  for (std::size_t i = 1; i < thresholds.size(); ++i) {
    const double width =
        static_cast<double>(thresholds[i]) - static_cast<double>(thresholds[i - 1]);
    widest = std::max(widest, width);
  }
  const double first = origin + static_cast<double>(thresholds.front());
  const std::string low = widest > 0.0    ? near(first, widest / 2000.0)
                          : origin == 0.0 ? number_literal(thresholds.front())
                                          : number_literal(first);
  ScriptThresholds result{low, "", {read_back(low)}};
  // Between 1/90 and 1/85 of the widest interval: a little larger costs little, a digit more does.
  const std::string unit = near(widest / (steps_max - 2.5), widest / 3125.0);
  const double step = read_back(unit);
  double total = 0.0;
  for (std::size_t i = 1; i < thresholds.size(); ++i) {
    const double wanted =
        (static_cast<double>(thresholds[i]) - (result.values.front() - origin)) / step;
    const double steps = std::clamp(std::round(wanted - total), 0.0, double{steps_max});
    total += steps;
    const int character = first_character + static_cast<int>(steps);
    result.gaps += static_cast<char>(character >= '\\' ? character + 1 : character);
    result.values.push_back(result.values.front() + step * total);
  }
  result.text = fmt::format("{},{}", low, unit);
  return result;
}

std::vector<SentFeature> sent_features(const model::Model& model, bool compact) {
  std::vector<SentFeature> sent;
  const std::vector<std::size_t> levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    if (levels[f] == 1) continue;
    const auto thresholds = model.thresholds.of(f);
    const model::Feature& facts = model.features[f];
    SentFeature feature{f, text_literal(facts.name), {}, 0.0, facts.origin + facts.mean};
    if (thresholds.empty()) {
      feature.thresholds.text =
          fmt::format("{}{}", compact ? "" : "[],", number_literal(feature.mean));
    } else if (compact) {
      feature.thresholds = compact_thresholds(thresholds, facts.origin);
    } else {
      feature.thresholds = exact_thresholds(thresholds, facts.origin);
    }
    if (thresholds.size() == 1) feature.outer_width = 2.0 * facts.deviation;
    sent.push_back(std::move(feature));
  }
  return sent;
}

}  // namespace terse::export_js
