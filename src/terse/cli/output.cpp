#include "terse/cli/output.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "terse/base/destination.h"
#include "terse/base/error.h"

namespace terse::cli {
namespace {

[[noreturn]] void refuse_stdout() {
  throw base::JobError(fmt::format("standard output cannot be written: {}", std::strerror(errno)));
}

}  // namespace

Output::Output(const std::string& path) {
  if (!path.empty() && path != "-") file_.emplace(path);
}

void Output::write(std::string_view bytes) {
  if (file_) {
    file_->write(bytes);
  } else if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
    refuse_stdout();
  }
}

void Output::finish() {
  if (file_) {
    file_->keep();
  } else {
    flush_stdout();
  }
}

void flush_stdout() {
  if (std::fflush(stdout) != 0) refuse_stdout();
  if (std::ferror(stdout) != 0) throw base::JobError("standard output cannot be written");
}

void require_writable(const std::string& path) {
  if (path == "-") {
    throw base::InputError("--output", "", "a model is not written to standard output",
                           "give a file, or /dev/stdout");
  }
  try {
    base::require_destination(path);
  } catch (const base::InputError&) {
    throw;
  } catch (const base::JobError& error) {
    throw base::InputError("--output", "", error.what(),
                           "choose a file in a folder that exists and may be written to");
  }
}

}  // namespace terse::cli
