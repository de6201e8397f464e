#include "terse/train/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::train {
namespace {

constexpr std::size_t hidden_layers_max = 64;
constexpr std::size_t units_max = 65536;
constexpr unsigned epochs_max = 1000000;
constexpr std::size_t batch_rows_max = 1 << 20;
constexpr unsigned threads_max = 1024;

template <typename T>
void require(const char* option, T value, bool holds, const std::string& bounds) {
  if (holds) return;
  throw base::InputError(option, "", fmt::format("{} is out of range", value), "give " + bounds);
}

std::size_t parse_count(const std::string& text, std::string_view digits) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value == 0) {
    throw base::InputError(
        "--hidden", "", text::in_quotes(text) + " does not describe hidden layers",
        "write LAYERSxUNITS such as 5x128, or units per layer such as 256,128,64");
  }
  return value;
}

}  // namespace

quantize::ThresholdStart start_of(const Options& options) {
  return options.start.value_or(quantize::traits(options.method).start);
}

void validate(const Options& options) {
  if (options.start && (!quantize::choosable_start(options.method) ||
                        *options.start == quantize::ThresholdStart::none)) {
    throw base::InputError(
        "--start", "",
        fmt::format("is for sq and bw-sq, method {} has its own", quantize::id(options.method)),
        "leave --start out, or choose sq or bw-sq");
  }
  if (options.decoder == Decoder::boosted && options.method == quantize::Method::fp) {
    throw base::InputError("--decoder", "", "boosted is for codes, and method fp has none",
                           "choose --method xgb for boosted trees in full precision");
  }
  require("--bits", options.bits, options.bits >= 1 && options.bits <= 8, "1 to 8");
  for (const auto& [name, levels] : options.levels) {
    require("--levels", levels, levels >= 1 && levels <= quantize::levels_max,
            fmt::format("1 to {} levels for {}", quantize::levels_max, text::in_quotes(name)));
  }
  require("--hidden", options.hidden.size(),
          !options.hidden.empty() && options.hidden.size() <= hidden_layers_max,
          fmt::format("1 to {} layers", hidden_layers_max));
  for (const std::size_t units : options.hidden) {
    require("--hidden", units, units >= 1 && units <= units_max,
            fmt::format("1 to {} units", units_max));
  }
  require("--epochs", options.epochs, options.epochs >= 1 && options.epochs <= epochs_max,
          fmt::format("1 to {}", epochs_max));
  require("--batch", options.batch_rows,
          options.batch_rows >= 1 && options.batch_rows <= batch_rows_max,
          fmt::format("1 to {}", batch_rows_max));
  require("--lr", options.learning_rate, options.learning_rate > 0 && options.learning_rate <= 1,
          "a number above 0, at most 1");
  require("--threshold-rate", options.threshold_rate_factor,
          options.threshold_rate_factor >= 0 && options.threshold_rate_factor <= 1e4,
          "a factor from 0 to 10000");
  require("--average", options.average, options.average >= 0 && options.average <= 1,
          "a share from 0 to 1");
  require("--dropout", options.dropout, options.dropout >= 0 && options.dropout < 1,
          "a probability from 0 to below 1");
  require("--drop-rate", options.drop_rate, options.drop_rate >= 0 && options.drop_rate < 1,
          "a probability from 0 to below 1");
  require("--tau-end", options.temperature_end,
          options.temperature_end >= quantize::temperature_floor && options.temperature_end <= 1,
          fmt::format("{} to 1", quantize::temperature_floor));
  require("--test-fraction", options.test_fraction,
          options.test_fraction >= 0 && options.test_fraction < 1, "0 to below 1");
  require("--threads", options.threads, options.threads >= 1 && options.threads <= threads_max,
          fmt::format("1 to {}", threads_max));
}

std::vector<std::size_t> feature_levels(const Options& options,
                                        const std::vector<std::string>& feature_names) {
  std::vector<std::size_t> levels(feature_names.size(), std::size_t{1} << options.bits);
  for (const auto& [name, count] : options.levels) {
    const auto found = std::find(feature_names.begin(), feature_names.end(), name);
    if (found == feature_names.end()) {
      throw base::InputError("--levels", "", text::in_quotes(name) + " is not a feature",
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
    require("--hidden", layers, layers <= hidden_layers_max,
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

std::vector<std::pair<std::string, std::string>> settings(const Options& options) {
  std::vector<std::pair<std::string, std::string>> result = {
      {"method", std::string(quantize::id(options.method))},
      {"bits", fmt::format("{}", options.bits)},
      {"hidden", hidden_text(options.hidden)},
      {"epochs", fmt::format("{}", options.epochs)},
      {"batch", fmt::format("{}", options.batch_rows)},
      {"learning_rate", fmt::format("{}", options.learning_rate)},
      {"threshold_rate_factor", fmt::format("{}", options.threshold_rate_factor)},
      {"dropout", fmt::format("{}", options.dropout)},
      {"schedule", std::string(quantize::name(options.schedule))},
      {"temperature_end", fmt::format("{}", options.temperature_end)},
      {"test_fraction", fmt::format("{}", options.test_fraction)},
      {"threads", fmt::format("{}", options.threads)},
  };
  if (options.average > 0.0) result.emplace_back("average", fmt::format("{}", options.average));
  if (options.decoder == Decoder::boosted) result.emplace_back("decoder", "boosted");
  if (options.start) result.emplace_back("start", quantize::name(*options.start));
  for (const auto& [name, levels] : options.levels) {
    result.emplace_back("levels " + name, fmt::format("{}", levels));
  }
  if (options.class_weights == ClassWeights::balanced) {
    result.emplace_back("class_weights", "balanced");
  }
  if (options.drop_rate > 0.0) {
    result.emplace_back("drop_rate", fmt::format("{}", options.drop_rate));
  }
  if (options.unseen_level) result.emplace_back("unseen", "level");
  return result;
}

}  // namespace terse::train
