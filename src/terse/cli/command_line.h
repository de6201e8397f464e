// The command line of the program: its commands, their arguments and options, help and errors. The
// library for command lines behind it takes seconds to compile, so only command_line.cpp sees it.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace terse::cli {

/// Bad usage, as the user reads it.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An option or argument of a command. Copies mean the same option.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option required();
  /// The help names the value that holds if the option is not given.
  Option shows_default();
  /// One argument holds several values, as in "a,b". Like every option, it takes that argument
  /// alone; more values come from giving it again.
  Option separated_by(char separator);
  /// May be given again; the values add up.
  Option repeatable();
  /// Takes no value outside low to high. T: as the help shows the bounds; int, unsigned, double.
  template <class T>
  Option between(T low, T high);
  Option positive();
  Option not_negative();
  Option one_of(std::initializer_list<const char*> values);
  Option one_of(std::initializer_list<int> values);
  Option one_of(const std::vector<std::string>& values);
  /// Refused without the other one.
  Option needs(Option other);
  /// Its value names a file or folder that the command writes. The files that other options and
  /// arguments name are inputs: no output takes their place (see base::protect_input()).
  Option is_written();

  /// Whether the user gave it. Known once the command runs.
  bool given() const;

 private:
  CLI::Option* option_;
};

/// The program or one of its commands. Copies mean the same command.
class Command {
 public:
  explicit Command(CLI::App& command) : command_(&command) {}

  Command add_command(const std::string& name, const std::string& text);
  /// One of the commands must be given.
  void requires_command();

  /// names: "--bits", "-o,--output", or a name without dashes for an argument known by its place.
  /// The help shows the kind of value by T: std::string, double, int, unsigned, std::size_t, an
  /// optional of them, or a vector of them for several values. target: lives as long as the
  /// command.
  template <class T>
  Option add_option(const std::string& names, T& target, const std::string& text);
  /// An option whose value lives elsewhere, for tables of settings: `get` gives the value that
  /// shows_default() shows, `set` takes what the user gave.
  template <class T>
  Option add_option(const std::string& names, std::function<T()> get,
                    std::function<void(const T&)> set, const std::string& text);
  /// Names of columns and other words, "NAME,...", a name with a comma in double quotes as in CSV:
  /// '"a,b",c'. Repeatable; the names add up.
  Option add_names(const std::string& names, std::vector<std::string>& target,
                   const std::string& text);
  Option add_flag(const std::string& names, bool& target, const std::string& text);

  /// What the command does, called by Program::run() after all options are set.
  void runs(std::function<void()> action);

  /// Whether the user gave this command.
  bool given() const;
  /// The commands and options that the user gave, for a record: "terse train data.csv --bits 3".
  std::string as_typed() const;

 private:
  CLI::App* command_;
};

/// The command line as a whole.
class Program : public Command {
 public:
  Program(const std::string& name, const std::string& text, const std::string& version);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The last line of the program's own help.
  void ends_help_with(const std::string& text);

  /// Sets the options from the arguments of main() and runs the command, or prints help or version.
  /// Throws UsageError, and what the command throws.
  void run(int argument_count, const char* const* arguments);

 private:
  Program(std::unique_ptr<CLI::App> owned, const std::string& version);

  std::unique_ptr<CLI::App> owned_;
};

/// `text` as a whole number, read as the value of an option would be; false if it is not one. T:
/// unsigned or std::size_t.
template <class T>
bool read_number(const std::string& text, T& number);

}  // namespace terse::cli
