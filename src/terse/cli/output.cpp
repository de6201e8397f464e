#include "terse/cli/output.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::cli {

Output::Output(const std::string& path) {
  if (!path.empty() && path != "-") file_.emplace(path);
}

void Output::write(std::string_view bytes) {
  if (file_) {
    file_->write(bytes);
  } else if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
    throw base::JobError("stdout cannot be written");
  }
}

void Output::finish() {
  if (file_) {
    file_->keep();
  } else if (std::fflush(stdout) != 0) {
    throw base::JobError("stdout cannot be written");
  }
}

void require_writable(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : ".";
  const bool good = access(folder.c_str(), W_OK | X_OK) == 0 && !fs::is_directory(path);
  if (good) return;
  throw base::InputError("--output", "", text::in_quotes(path) + " cannot be written",
                         "choose a file in a folder that exists and may be written to");
}

}  // namespace terse::cli
