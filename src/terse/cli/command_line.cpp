#include "terse/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <type_traits>

#include "terse/base/destination.h"
#include "terse/text/csv.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

constexpr std::size_t help_column = 34;

/// Those whose values are outputs.
std::set<const CLI::Option*>& written_options() {
  static std::set<const CLI::Option*> options;
  return options;
}

/// All files that the user named, but for outputs. A value may be "NAME=FILE".
void protect_inputs(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (written_options().contains(option) || option->get_expected_max() == 0) continue;
    for (const std::string& value : option->results()) {
      base::protect_input(value);
      const std::size_t equals = value.find('=');
      if (equals != std::string::npos) base::protect_input(value.substr(equals + 1));
    }
  }
}

// Of an option with several values, each takes the option's name again, or the separator: it must
// not swallow the arguments behind it.
Option one_argument(CLI::Option* option) {
  if (!option->get_positional()) option->allow_extra_args(false);
  return Option(*option);
}

/// What is wrong with a whole number that is not negative, or nothing. The library behind it wraps
/// negative ones around, cuts too large ones off, and reads zeros in front as base 8: those go.
std::string unsigned_problem(std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits) return text::in_quotes(text) + " is not a whole number from 0 up";
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? "" : text::in_quotes(text) + " is too large";
}

template <class T>
struct IsUnsigned : std::is_unsigned<T> {};
template <class T>
struct IsUnsigned<std::optional<T>> : std::is_unsigned<T> {};
template <class T>
struct IsUnsigned<std::vector<T>> : std::is_unsigned<T> {};

template <class T>
Option checked(CLI::Option* option) {
  if constexpr (IsUnsigned<T>::value) {
    option->transform(CLI::Validator(unsigned_problem, ""));
  }
  return one_argument(option);
}

}  // namespace

Option Option::required() {
  option_->required();
  return *this;
}

Option Option::shows_default() {
  option_->capture_default_str();
  return *this;
}

Option Option::separated_by(char separator) {
  option_->delimiter(separator);
  return *this;
}

Option Option::repeatable() {
  option_->take_all();
  return *this;
}

template <class T>
Option Option::between(T low, T high) {
  option_->check(CLI::Range(low, high));
  return *this;
}

template Option Option::between(int, int);
template Option Option::between(unsigned, unsigned);
template Option Option::between(std::size_t, std::size_t);
template Option Option::between(double, double);

Option Option::positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

Option Option::not_negative() {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

Option Option::one_of(std::initializer_list<const char*> values) {
  return one_of(std::vector<std::string>(values.begin(), values.end()));
}

Option Option::one_of(std::initializer_list<int> values) {
  option_->check(CLI::IsMember(values));
  return *this;
}

Option Option::one_of(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(values));
  return *this;
}

Option Option::needs(Option other) {
  option_->needs(other.option_);
  return *this;
}

Option Option::is_written() {
  written_options().insert(option_);
  return *this;
}

bool Option::given() const {
  return !option_->empty();
}

Command Command::add_command(const std::string& name, const std::string& text) {
  return Command(*command_->add_subcommand(name, text));
}

void Command::requires_command() {
  command_->require_subcommand(1);
}

template <class T>
Option Command::add_option(const std::string& names, T& target, const std::string& text) {
  return checked<T>(command_->add_option(names, target, text));
}

template <class T>
Option Command::add_option(const std::string& names, std::function<T()> get,
                           std::function<void(const T&)> set, const std::string& text) {
  CLI::Option* option = command_->add_option_function<T>(names, std::move(set), text);
  option->default_function([get = std::move(get)] {
    const T value = get();
    return CLI::detail::checked_to_string<T, T>(value);
  });
  return checked<T>(option);
}

#define TERSE_OPTION_TYPE(...)                                                               \
  template Option Command::add_option(const std::string&, __VA_ARGS__&, const std::string&); \
  template Option Command::add_option(const std::string&, std::function<__VA_ARGS__()>,      \
                                      std::function<void(const __VA_ARGS__&)>, const std::string&)
TERSE_OPTION_TYPE(std::string);
TERSE_OPTION_TYPE(double);
TERSE_OPTION_TYPE(int);
TERSE_OPTION_TYPE(unsigned);
TERSE_OPTION_TYPE(std::size_t);
TERSE_OPTION_TYPE(std::optional<double>);
TERSE_OPTION_TYPE(std::optional<unsigned>);
TERSE_OPTION_TYPE(std::optional<std::size_t>);
TERSE_OPTION_TYPE(std::vector<std::string>);
TERSE_OPTION_TYPE(std::vector<double>);
TERSE_OPTION_TYPE(std::vector<unsigned>);
#undef TERSE_OPTION_TYPE

Option Command::add_names(const std::string& names, std::vector<std::string>& target,
                          const std::string& text) {
  const auto take = [&target](const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      for (std::string& name : text::csv_fields(value)) target.push_back(std::move(name));
    }
  };
  return one_argument(command_->add_option_function<std::vector<std::string>>(names, take, text));
}

Option Command::add_flag(const std::string& names, bool& target, const std::string& text) {
  return Option(*command_->add_flag(names, target, text));
}

void Command::runs(std::function<void()> action) {
  command_->callback([command = command_, action = std::move(action)] {
    protect_inputs(*command);
    action();
  });
}

bool Command::given() const {
  return command_->parsed();
}

std::string Command::as_typed() const {
  std::string line = command_->get_name();
  for (const CLI::App* command : command_->get_subcommands()) {
    line += " " + command->get_name();
    std::set<const CLI::Option*> told;  // an option of several values is listed once per value
    for (const CLI::Option* option : command->parse_order()) {
      if (!told.insert(option).second) continue;
      const bool positional = option->get_lnames().empty() && option->get_snames().empty();
      if (!positional) line += " " + option->get_name();
      if (option->get_expected_max() == 0) continue;
      for (const std::string& value : option->results()) {
        const bool plain = value.find_first_of(" '\"$\\") == std::string::npos;
        line += plain ? " " + value : " '" + value + "'";
      }
    }
  }
  return line;
}

Program::Program(const std::string& name, const std::string& text, const std::string& version)
    : Program(std::make_unique<CLI::App>(text, name), version) {}

Program::Program(std::unique_ptr<CLI::App> owned, const std::string& version)
    : Command(*owned), owned_(std::move(owned)) {
  owned_->require_subcommand(1);
  owned_->set_version_flag("--version", version);
  owned_->get_formatter()->column_width(help_column);
}

Program::~Program() = default;

void Program::ends_help_with(const std::string& text) {
  owned_->footer(text);
}

void Program::run(int argument_count, const char* const* arguments) {
  try {
    owned_->parse(argument_count, arguments);
  } catch (const CLI::Success& request) {
    owned_->exit(request);
  } catch (const CLI::RequiredError& error) {
    // Without a known command the library reports a missing one; the unknown word says more.
    const auto unknown = owned_->remaining();
    if (unknown.empty()) throw UsageError(error.what());
    throw UsageError(text::in_quotes(unknown.front()) + " is not a command");
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
}

template <class T>
bool read_number(const std::string& text, T& number) {
  std::string digits = text;
  return unsigned_problem(digits).empty() && CLI::detail::lexical_cast(digits, number);
}

template bool read_number(const std::string&, unsigned&);
template bool read_number(const std::string&, std::size_t&);

}  // namespace terse::cli
