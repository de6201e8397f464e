#include "terse/cli/process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <initializer_list>

#include "terse/base/unfinished_files.h"

namespace terse::cli {
namespace {

void end(int signal_number) {
  base::remove_unfinished_files();
  // Its default, which SA_RESETHAND has brought back: the parent sees how the process ended.
  raise(signal_number);
}

}  // namespace

void prepare_process() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free, which is this one. Reading gives nothing, writing fails.
    if (open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) continue;
  }
  signal(SIGXFSZ, SIG_IGN);
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    sigaction(each, nullptr, &before);
    // A shell lets its background jobs ignore some.
    if (before.sa_handler != SIG_IGN) end_at(each);
  }
}

void end_at(int signal_number) noexcept {
  struct sigaction action = {};
  action.sa_handler = end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(signal_number, &action, nullptr);
}

}  // namespace terse::cli
