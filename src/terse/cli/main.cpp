// terse: the program. Exit codes: 0 done, 1 the job failed, 2 bad usage or bad input.
#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "terse/base/error.h"
#include "terse/cli/command_line.h"
#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/process.h"
#include "terse/cli/training_options.h"
#include "terse/text/quoting.h"

namespace {

constexpr int exit_job_failed = 1;
constexpr int exit_bad_input = 2;

int fail(int exit_code, const std::string& message) {
  fmt::print(stderr, "terse: {}\n", message);
  return exit_code;
}

// As the command line spells the options it names. The source is not looked at: a file may be
// called anything.
std::string as_typed(const std::string& source, const terse::base::InputError& error) {
  const auto typed = [](const std::string& text) { return terse::cli::with_flags(text); };
  return terse::base::InputError(source, typed(error.place()), typed(error.problem()),
                                 typed(error.remedy()))
      .what();
}

}  // namespace

int main(int argument_count, char** arguments) {
  terse::cli::prepare_process();
  terse::cli::Program program(
      "terse",
      "Makes sensor data small enough to send: learns a few thresholds per feature together with "
      "the model,\nso that a device sends a payload of a few bytes and the server predicts as well "
      "as from full precision.",
      TERSE_VERSION);
  terse::cli::add_train(program);
  terse::cli::add_evaluate(program);
  terse::cli::add_predict(program);
  terse::cli::add_encode(program);
  terse::cli::add_decode(program);
  terse::cli::add_export(program);
  terse::cli::add_airtime(program);
  terse::cli::add_inspect(program);
  terse::cli::add_serve(program);
  terse::cli::add_replay(program);
  terse::cli::add_data(program);
  terse::cli::add_allocate(program);
  terse::cli::add_compress(program);
  terse::cli::add_study(program);
  terse::cli::add_report(program);
  terse::cli::add_reproduce(program);
  // After the commands, which would inherit it.
  program.ends_help_with("`terse COMMAND --help` explains a command.");
  try {
    program.run(argument_count, arguments);
    terse::cli::flush_stdout();
    return 0;
  } catch (const terse::cli::UsageError& error) {
    return fail(exit_bad_input, fmt::format("{}; see terse --help", error.what()));
  } catch (const terse::base::OptionError& error) {
    return fail(exit_bad_input, as_typed(terse::cli::flag_of(error.source()), error));
  } catch (const terse::base::InputError& error) {
    return fail(exit_bad_input, as_typed(error.source(), error));
  } catch (const terse::base::JobError& error) {
    return fail(exit_job_failed, terse::cli::with_flags(error.what()));
  } catch (const std::bad_alloc&) {
    return fail(exit_job_failed, "not enough memory for this job");
  } catch (const std::system_error& error) {
    // What prints throws this for whatever stream it is.
    if (std::ferror(stdout) == 0) return fail(exit_job_failed, error.what());
    return fail(exit_job_failed,
                fmt::format("standard output cannot be written: {}", error.code().message()));
  } catch (const std::exception& error) {
    return fail(exit_job_failed, error.what());
  }
}
