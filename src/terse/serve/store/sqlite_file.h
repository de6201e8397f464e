// The files of an SQLite store as the file system has them. Inside the serve/store room.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>

namespace terse::serve::store {

/// Makes an empty file that only its owner may read and write, whatever the umask says, unless
/// there is one already. SQLite gives its log the same rights. Throws JobError.
void make_private_file(const std::string& path);

/// Remembers which files a path and SQLite's "-wal" and "-shm" beside it name, so that messages are
/// not written to files that nobody can find any more. Only asks by name: to open and close the
/// database a second time would drop SQLite's locks (sqlite.org/howtocorrupt.html, section 2.2).
class SqliteFile {
 public:
  /// The database at this path is open and in write-ahead mode. Throws JobError if a file is not
  /// there.
  explicit SqliteFile(const std::string& path);

  /// Throws JobError, which says what to do, if one of the names is gone or names another file.
  void check() const;

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  static std::optional<Identity> identity_of(const std::string& path);

  std::array<std::string, 3> paths_;
  std::array<std::optional<Identity>, 3> identities_;
};

}  // namespace terse::serve::store
