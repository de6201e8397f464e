// Errors, of three kinds. Outside input is wrong: throw InputError (the program prints one line,
// exits 2). The job itself failed: throw JobError (exit 1). Our own bug: TERSE_CHECK aborts, and no
// bytes from outside may ever reach one. Malformed payload traffic is not exceptional: see payload/
// for its status values.
#pragma once

#include <stdexcept>
#include <string>

namespace terse::base {

/// Bad input from outside: a file, a column, an option, a model.
///
/// what() reads "SOURCE: PLACE: PROBLEM; REMEDY", with empty parts left out.
class InputError : public std::runtime_error {
 public:
  /// source: file or option ("data.csv", "bits"). place: "line 17, column 3 ('temp')", or empty.
  /// problem: what was wrong, with the offending value. remedy: how to mend it, or empty.
  InputError(std::string source, std::string place, std::string problem, std::string remedy);

  const std::string& source() const noexcept { return source_; }
  const std::string& place() const noexcept { return place_; }
  const std::string& problem() const noexcept { return problem_; }
  const std::string& remedy() const noexcept { return remedy_; }

 private:
  std::string source_;
  std::string place_;
  std::string problem_;
  std::string remedy_;
};

/// An option that is out of range or does not go with another one. source() is its name as records
/// and other languages have it, "learning_rate". Messages of all errors mention options in
/// backquotes: "lower `learning_rate`". The command line shows its own spelling of both.
class OptionError : public InputError {
 public:
  using InputError::InputError;
};

/// The input was right, the job could not be done: a loss that became NaN, a full disk, an
/// interrupt.
class JobError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace terse::base

#define TERSE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::terse::base::check_failed(#condition, __FILE__, __LINE__))
