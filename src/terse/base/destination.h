// The place of an output: the file, device or pipe at its path, and whether a file may replace it.
#pragma once

#include <sys/types.h>

#include <string>

namespace terse::base {

/// The thing at a path, links followed.
struct Destination {
  enum class Kind {
    absent,    ///< nothing yet
    regular,   ///< a file, which another takes the place of whole
    written,   ///< a device, a pipe, or a name of an open file: what comes is written into it
    unusable,  ///< `problem` says why
  };
  Kind kind = Kind::absent;
  std::string path;     ///< without symbolic links
  std::string problem;  ///< empty unless unusable
  // Of a regular file:
  mode_t mode = 0;
  uid_t user = 0;
  gid_t group = 0;
};

/// A symbolic link stands for what it points to, also if that is not there yet. Names below /dev
/// and /proc are written into, whatever they lead to: /dev/stdout means the open file. Unusable are
/// folders, files that may not be written, and inputs (see protect_input()).
Destination look_at_destination(const std::string& path);

/// From now on no output of this process takes the place of this file, whatever its path is spelt
/// like. Paths of nothing and of what is not a regular file are passed over.
void protect_input(const std::string& path);

/// Moves a finished file to its destination: a regular file is replaced whole and keeps its mode
/// and, where the system lets it, its owner. What cannot be replaced is written into: devices and
/// pipes, and a file that is mounted by itself or lies in a folder that may not be changed. Throws
/// JobError naming `path`, InputError if it is an input.
void put_in_place(const std::string& finished, const std::string& path);

/// Throws InputError or JobError as put_in_place() would, as far as can be told before.
void require_destination(const std::string& path);

}  // namespace terse::base
