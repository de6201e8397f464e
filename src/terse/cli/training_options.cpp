#include "terse/cli/training_options.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/train/option_table.h"

namespace terse::cli {
namespace {

// Names of the table that the program spells otherwise; all others are the name with '-' for '_'.
constexpr std::pair<std::string_view, std::string_view> spellings[] = {
    {"learning_rate", "--lr"},
    {"threshold_rate_factor", "--threshold-rate"},
    {"temperature_end", "--tau-end"},
};

const train::TrainingOption& row(std::string_view name) {
  const train::TrainingOption* option = train::find_training_option(name);
  TERSE_CHECK(option != nullptr);
  return *option;
}

}  // namespace

std::string flag_of(std::string_view option) {
  for (const auto& [name, flag] : spellings) {
    if (name == option) return std::string(flag);
  }
  std::string flag = "--" + std::string(option);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string with_flags(std::string_view message) {
  constexpr std::string_view name_letters = "abcdefghijklmnopqrstuvwxyz_";
  std::string result;
  while (!message.empty()) {
    const std::size_t open = std::min(message.find('`'), message.size());
    result += message.substr(0, open);
    message.remove_prefix(open);
    if (message.empty()) break;
    const std::size_t close = message.find_first_not_of(name_letters, 1);
    const bool named = close != std::string_view::npos && close > 1 && message[close] == '`';
    result += named ? flag_of(message.substr(1, close - 1)) : std::string(1, '`');
    message.remove_prefix(named ? close + 1 : 1);
  }
  return result;
}

template <class T>
Option TrainingOptions::add_as(Command command, const train::TrainingOption& option,
                               const std::string& text) {
  return command.add_option<T>(
      flag_of(option.name), [this, &option] { return std::get<T>(option.get(defaults)); },
      [this, &option](const T& value) { take(option, value); },
      text.empty() ? std::string(option.text) : text);
}

Option TrainingOptions::add_without_default(Command command, std::string_view name,
                                            const std::string& text) {
  const train::TrainingOption& option = row(name);
  const train::OptionValue kind = option.default_value();
  if (std::holds_alternative<std::uint64_t>(kind)) {
    return add_as<std::uint64_t>(command, option, text);
  }
  if (std::holds_alternative<double>(kind)) return add_as<double>(command, option, text);
  return add_as<std::string>(command, option, text);
}

Option TrainingOptions::add(Command command, std::string_view name, const std::string& text) {
  return add_without_default(command, name, text).shows_default();
}

void TrainingOptions::add_protocol(Command command) {
  protocol_ = "terse";
  command
      .add_option(
          "--protocol", protocol_,
          "defaults of --start, --scale, --between, --average and --tau-end: terse, or paper "
          "(as published)")
      .one_of({"terse", "paper"})
      .shows_default();
  const auto with = [](std::string_view name, const char* values) {
    return std::string(row(name).text) + values;
  };
  add_without_default(command, "start", with("start", " (tree; paper: quantile)"));
  add_without_default(command, "scale", with("scale", " (auto; paper: linear)"));
  add_without_default(command, "between", with("between", " (midway; paper: trained)"))
      .one_of({"trained", "midway"});
  add_without_default(command, "average", with("average", " (0.25; paper: 0)"));
  add_without_default(command, "temperature_end",
                      with("temperature_end", " (0.001, llt4 and llt9 0.0001; paper: 0.001)"));
}

void TrainingOptions::take(const train::TrainingOption& option, train::OptionValue value) {
  given_.push_back({&option, std::move(value)});
}

bool TrainingOptions::given(std::string_view name) const {
  return std::ranges::any_of(
      given_, [&](const train::GivenOption& one) { return one.option->name == name; });
}

train::Protocol TrainingOptions::protocol() const {
  const auto protocol = train::parse_protocol(protocol_);
  TERSE_CHECK(protocol.has_value());
  return *protocol;
}

train::Options TrainingOptions::resolved() const {
  if (protocol_.empty()) return train::with_given(defaults, {}, given_);
  return train::with_given(defaults, protocol(), given_);
}

}  // namespace terse::cli
