#include "terse/serve/store/sqlite_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::serve::store {

void make_private_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    // The umask may have taken the owner's own rights.
    fchmod(file, 0600);
    close(file);
    return;
  }
  if (errno != EEXIST) {
    throw base::JobError(fmt::format("cannot open the store {}: unable to open database file: {}",
                                     text::in_quotes(path), std::strerror(errno)));
  }
}

SqliteFile::SqliteFile(const std::string& path) : paths_{path, path + "-wal", path + "-shm"} {
  for (std::size_t i = 0; i < paths_.size(); ++i) identities_[i] = identity_of(paths_[i]);
  check();
}

std::optional<SqliteFile::Identity> SqliteFile::identity_of(const std::string& path) {
  struct stat state = {};
  if (stat(path.c_str(), &state) != 0) return std::nullopt;
  return Identity{state.st_dev, state.st_ino};
}

void SqliteFile::check() const {
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const auto now = identity_of(paths_[i]);
    if (now && now == identities_[i]) continue;
    throw base::JobError(
        fmt::format("the store refuses: its file {} {}; put it back, or restart the server to go "
                    "on with what is "
                    "there",
                    text::in_quotes(paths_[i]), now ? "was replaced by another" : "is gone"));
  }
}

}  // namespace terse::serve::store
