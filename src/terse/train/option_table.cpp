#include "terse/train/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <type_traits>

#include "terse/base/error.h"
#include "terse/data/split_rule.h"
#include "terse/model/model.h"
#include "terse/train/objective.h"
#include "terse/train/option_rows.h"

namespace terse::train {
namespace {

using Value = OptionValue;

const std::vector<TrainingOption>& table() {
  static const std::vector<TrainingOption> rows = option_rows();
  return rows;
}

template <class T>
std::optional<Value> parsed(std::string_view text) {
  T result{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return Value(result);
}

// TabM shares a first layer over steps, and its last layer is not one of a stack.
void check_network(const Options& options) {
  if (options.network == Network::plain) return;
  const std::string name = text_of(find_training_option("network")->get(options));
  const quantize::MethodTraits& traits = quantize::traits(options.method);
  if (traits.input != quantize::FirstLayerInput::steps) {
    throw base::OptionError("network", "",
                            fmt::format("{} does not go with method {}", name, traits.id),
                            "choose method bw-sq, bw-mq or bw-qq, or network plain");
  }
  if (options.decoder == Decoder::stack) {
    throw base::OptionError("network", "", name + " does not go with `decoder` stack",
                            "choose network plain, or another `decoder`");
  }
  constexpr std::size_t units_max = model::decoder::stacked_units_max / submodel_count;
  for (const std::size_t units : options.hidden) {
    if (units <= units_max) continue;
    throw base::OptionError("hidden", "", fmt::format("{} units are too many for tabm", units),
                            fmt::format("give at most {}, or network plain", units_max));
  }
}

// Trees of one reading's bins, and what the others say of it, or a network.
void check_reconstruction(const Options& options) {
  if (!options.reconstruct) {
    if (options.tolerances.empty()) return;
    throw base::OptionError("tolerance", "", "is for readings that are given back",
                            "train with `reconstruct`, or leave it out");
  }
  const auto refuse = [](const char* option, const std::string& what, const char* remedy) {
    throw base::OptionError(option, "", what + " does not go with `reconstruct`", remedy);
  };
  if (quantize::full_precision(options.method)) {
    refuse("method", std::string(quantize::id(options.method)), "choose a method with codes");
  }
  if (options.decoder == Decoder::extra_trees || options.decoder == Decoder::stack) {
    refuse("decoder", text_of(find_training_option("decoder")->get(options)),
           "give network, boosted or best");
  }
  if (options.computed != Computed::nothing) {
    refuse("computed", text_of(find_training_option("computed")->get(options)), "leave it out");
  }
  if (options.objective != Objective{}) {
    refuse(options.objective.scale == TargetScale::log ? "target_scale" : "loss",
           "another loss than squared on a linear scale", "leave it out");
  }
  if (options.interval > 0.0) refuse("interval", interval_text(options.interval), "leave it out");
  if (options.encoder && !options.tolerances.empty()) {
    throw base::OptionError("tolerance", "", "chooses levels, and the encoder stays as it is",
                            "leave it out");
  }
}

// The last layer of a network on codes is made anew for the two further outputs.
void check_interval(const Options& options) {
  if (options.interval == 0.0) return;
  const auto refuse = [](const char* option, const std::string& what, const char* remedy) {
    throw base::OptionError(option, "", what + " does not go with `interval`", remedy);
  };
  const quantize::MethodTraits& traits = quantize::traits(options.method);
  if (quantize::full_precision(options.method) || traits.input == quantize::FirstLayerInput::none) {
    refuse("method", std::string(traits.id),
           "choose bw-sq or another method whose codes a network decodes");
  }
  if (options.decoder != Decoder::network) {
    refuse("decoder", text_of(find_training_option("decoder")->get(options)), "give network");
  }
  if (options.network != Network::plain) {
    refuse("network", text_of(find_training_option("network")->get(options)), "give plain");
  }
  if (options.computed != Computed::nothing) {
    refuse("computed", text_of(find_training_option("computed")->get(options)), "leave it out");
  }
  const bool spread = options.objective.loss == inference::Loss::squared_error ||
                      options.objective.loss == inference::Loss::absolute_error;
  if (!spread) refuse("loss", loss_text(options.objective), "give squared or absolute");
}

}  // namespace

std::span<const TrainingOption> training_options() {
  return table();
}

const TrainingOption* find_training_option(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &TrainingOption::name);
  return found == table().end() ? nullptr : &*found;
}

std::string text_of(const OptionValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

std::optional<OptionValue> parse_value(const TrainingOption& option, std::string_view text) {
  const Value kind = option.default_value();
  if (std::holds_alternative<std::uint64_t>(kind)) return parsed<std::uint64_t>(text);
  if (std::holds_alternative<double>(kind)) return parsed<double>(text);
  return Value(std::string(text));
}

std::string bounds_text(const OptionRange& range) {
  if (range.above_low)
    return fmt::format("{} above {}, at most {}", range.noun, range.low, range.high);
  return fmt::format("{}{}{} to {}{}", range.noun, range.noun.empty() ? "" : " from ", range.low,
                     range.below_high ? "below " : "", range.high);
}

void validate(const Options& options) {
  if (options.start && (!quantize::choosable_start(options.method) ||
                        *options.start == quantize::ThresholdStart::none)) {
    throw base::OptionError(
        "start", "",
        fmt::format("is for sq and bw-sq; method {} has its own", quantize::id(options.method)),
        "leave it out, or choose sq or bw-sq");
  }
  if (options.decoder != Decoder::network && options.method == quantize::Method::fp) {
    throw base::OptionError("decoder", "",
                            text_of(find_training_option("decoder")->get(options)) +
                                " is for codes, and method fp has none",
                            "choose method xgb for boosted trees in full precision");
  }
  const bool of_codes =
      options.decoder == Decoder::extra_trees || options.decoder == Decoder::stack;
  const quantize::MethodTraits& traits = quantize::traits(options.method);
  if (of_codes &&
      (quantize::full_precision(options.method) ||
       (options.decoder == Decoder::stack && traits.input == quantize::FirstLayerInput::none))) {
    throw base::OptionError(
        "decoder", "",
        fmt::format("{} does not go with method {}, which has no {}",
                    text_of(find_training_option("decoder")->get(options)), traits.id,
                    quantize::full_precision(options.method) ? "codes" : "network"),
        "choose a method that has both, such as bw-sq");
  }
  if (options.computed != Computed::nothing && quantize::full_precision(options.method)) {
    throw base::OptionError("computed", "",
                            fmt::format("is for messages of codes, which method {} does not send",
                                        quantize::id(options.method)),
                            "leave it out, or choose a method such as bw-sq");
  }
  if (options.computed != Computed::nothing && options.drop_rate > 0.0) {
    throw base::OptionError("computed", "", "takes every reading: none may be missing",
                            "leave it or `drop_rate` out");
  }
  if (options.computed != Computed::nothing && options.network != Network::plain) {
    throw base::OptionError("network", "", "is for models that compute nothing on the device",
                            "leave it or `computed` out");
  }
  check_network(options);
  check_reconstruction(options);
  check_interval(options);
  data::check(options.split, options.keep_copies_together);
  check(options.objective);
  for (const TrainingOption& option : table()) {
    if (option.check) option.check(options);
    if (!option.is_number()) continue;
    const Value value = option.get(options);
    const double given = std::visit(
        [](const auto& held) {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>)
            return 0.0;
          else
            return static_cast<double>(held);
        },
        value);
    const OptionRange& range = option.range;
    const bool inside = (range.above_low ? given > range.low : given >= range.low) &&
                        (range.below_high ? given < range.high : given <= range.high);
    if (inside) continue;
    throw base::OptionError(std::string(option.name), "", text_of(value) + " is out of range",
                            "give " + bounds_text(range));
  }
}

std::vector<std::pair<std::string, std::string>> settings(const Options& options) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const TrainingOption& option : table()) {
    if (option.recorded == Recorded::never) continue;
    const Value value = option.get(options);
    if (option.recorded == Recorded::unless_default && value == option.default_value()) continue;
    if (option.name == "levels") {
      for (const auto& [name, levels] : options.levels) {
        result.emplace_back("levels " + name, fmt::format("{}", levels));
      }
      continue;
    }
    result.emplace_back(option.name, text_of(value));
  }
  return result;
}

}  // namespace terse::train
