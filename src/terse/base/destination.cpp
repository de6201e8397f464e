#include "terse/base/destination.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "terse/base/error.h"

namespace terse::base {
namespace {

namespace fs = std::filesystem;
using FileIdentity = std::pair<dev_t, ino_t>;

constexpr const char* is_input = "is an input of this command, which would be lost";

struct Inputs {
  std::mutex mutex;
  std::set<FileIdentity> files;
};

Inputs& inputs() {
  static Inputs all;
  return all;
}

bool is_protected(const struct stat& status) {
  const std::lock_guard lock(inputs().mutex);
  return inputs().files.contains({status.st_dev, status.st_ino});
}

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw JobError(fmt::format("{}: cannot be written: {}", path, reason));
}

[[noreturn]] void fail(const std::string& path) {
  fail(path, std::strerror(errno));
}

/// The path at the end of its symbolic links, the last of which may lead to nothing.
std::string without_links(const std::string& path) {
  constexpr int links_max = 40;
  fs::path place = path;
  std::error_code error;
  for (int links = 0; links < links_max && fs::is_symlink(place, error); ++links) {
    const fs::path target = fs::read_symlink(place, error);
    if (error) break;
    place = target.is_absolute() ? target : place.parent_path() / target;
  }
  return place.string();
}

bool names_an_open_file(const std::string& path) {
  return path.starts_with("/dev/") || path.starts_with("/proc/");
}

/// Not replaced: a device, a pipe, a file that is mounted alone.
void write_through(const std::string& finished, const std::string& place, const std::string& path) {
  const int source = open(finished.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) fail(path);
  // Appending, since what an open file holds already shall stay.
  const int behaviour = names_an_open_file(place) ? O_APPEND : O_TRUNC;
  const int target = open(place.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | behaviour);
  int problem = target < 0 ? errno : 0;
  std::array<char, 65536> bytes{};
  for (ssize_t count = 1; problem == 0 && count > 0;) {
    count = read(source, bytes.data(), bytes.size());
    if (count < 0) problem = errno;
    for (ssize_t done = 0; problem == 0 && done < count;) {
      const ssize_t part =
          write(target, bytes.data() + done, static_cast<std::size_t>(count - done));
      if (part < 0 && errno == EINTR) continue;
      if (part < 0) problem = errno;
      done += part;
    }
  }
  close(source);
  if (target >= 0 && close(target) != 0 && problem == 0) problem = errno;
  if (problem != 0) fail(path, std::strerror(problem));
  std::remove(finished.c_str());
}

/// Owner and mode of what it will replace; false if it cannot have the mode.
bool takes_on(const std::string& finished, const Destination& destination) {
  // Giving a file to another user is for root; others keep it as theirs.
  if (chown(finished.c_str(), destination.user, destination.group) != 0) errno = 0;
  return chmod(finished.c_str(), destination.mode) == 0;
}

Destination checked(const std::string& path) {
  Destination destination = look_at_destination(path);
  if (destination.kind != Destination::Kind::unusable) return destination;
  if (destination.problem == is_input) {
    throw InputError(path, "", destination.problem, "write to another file");
  }
  fail(path, destination.problem);
}

}  // namespace

Destination look_at_destination(const std::string& path) {
  using Kind = Destination::Kind;
  const auto unusable = [&](const char* problem) {
    return Destination{.kind = Kind::unusable, .path = path, .problem = problem};
  };
  if (path.empty()) return unusable("it has no name");
  if (path.find('\0') != std::string::npos) return unusable("its name holds a NUL byte");
  struct stat status = {};
  if (names_an_open_file(path) && stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) {
    return {.kind = Kind::written, .path = path, .problem = ""};
  }
  const std::string place = without_links(path);
  if (stat(place.c_str(), &status) != 0) {
    if (errno != ENOENT) return unusable(std::strerror(errno));
    return {.kind = Kind::absent, .path = place, .problem = ""};
  }
  if (S_ISDIR(status.st_mode)) return unusable("a folder stands there");
  if (is_protected(status)) return unusable(is_input);
  if (!S_ISREG(status.st_mode)) return {.kind = Kind::written, .path = place, .problem = ""};
  if (faccessat(AT_FDCWD, place.c_str(), W_OK, AT_EACCESS) != 0) {
    return unusable(std::strerror(errno));
  }
  return {Kind::regular, place,        "", static_cast<mode_t>(status.st_mode & 07777U),
          status.st_uid, status.st_gid};
}

void protect_input(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const std::lock_guard lock(inputs().mutex);
  inputs().files.emplace(status.st_dev, status.st_ino);
}

void put_in_place(const std::string& finished, const std::string& path) {
  const Destination destination = checked(path);
  if (destination.kind == Destination::Kind::written) {
    return write_through(finished, destination.path, path);
  }
  const bool replaces = destination.kind == Destination::Kind::regular;
  if (replaces && !takes_on(finished, destination)) fail(path);
  if (std::rename(finished.c_str(), destination.path.c_str()) == 0) return;
  // Mounted by itself, as containers do, or in a folder that may not be changed.
  const bool kept_in_place = errno == EBUSY || errno == EXDEV || errno == EACCES || errno == EPERM;
  if (!replaces || !kept_in_place) fail(path);
  write_through(finished, destination.path, path);
}

void require_destination(const std::string& path) {
  const Destination destination = checked(path);
  if (destination.kind != Destination::Kind::absent) return;
  const fs::path folder = fs::path(destination.path).parent_path();
  const std::string name = folder.empty() ? "." : folder.string();
  struct stat status = {};
  if (stat(name.c_str(), &status) != 0) fail(path, "the folder " + name + " is not there");
  if (faccessat(AT_FDCWD, name.c_str(), W_OK | X_OK, AT_EACCESS) != 0) fail(path);
}

}  // namespace terse::base
