// A PostgreSQL server of Debian that speaks over a socket in a folder of its own, for the tests of
// the store.
#pragma once

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "serve/served_examples.h"

namespace terse::serve::store {

class PostgresServer {
 public:
  PostgresServer() {
    const std::string folder = folder_ / "d";
    std::filesystem::create_directory(folder);
    // PostgreSQL does not run as root.
    if (geteuid() == 0) {
      run("chmod 755 {0}/.. && chown postgres {0}", folder);
      as_ = "runuser -u postgres -- ";
    }
    run("{2}{1}/initdb -A trust -U terse --no-sync -E UTF8 -D {0}/data", folder, programs(), as_);
    run("{2}{1}/pg_ctl -D {0}/data -w -l {0}/log -o \"-c listen_addresses='' -c "
        "unix_socket_directories={0} -c fsync=off\" start",
        folder, programs(), as_);
  }
  ~PostgresServer() {
    std::system(fmt::format("cd /; {}{}/pg_ctl -D {}/data -m immediate stop > {}/stop", as_,
                            programs(), folder_ / "d", folder_ / "d")
                    .c_str());
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::string url() const { return "postgresql:///postgres?user=terse&host=" + (folder_ / "d"); }
  /// One statement or several, by psql.
  void ask(const std::string& sql) const {
    const std::string file = folder_ / "sql";
    FILE* out = std::fopen(file.c_str(), "w");
    std::fputs(sql.c_str(), out);
    std::fclose(out);
    run("psql -X -q -v ON_ERROR_STOP=1 -f {} '{}'", file, url());
  }

 private:
  static std::string programs() {
    std::string newest;
    for (const auto& each : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
      newest = std::max(newest, each.path().string());
    }
    return newest + "/bin";
  }
  template <typename... Arguments>
  void run(const char* command, const Arguments&... arguments) const {
    const std::string line = fmt::format(fmt::runtime(command), arguments...);
    if (std::system(fmt::format("cd /; ({}) > {} 2>&1", line, folder_ / "output").c_str()) != 0) {
      throw std::runtime_error(line);
    }
  }

  Folder folder_;
  std::string as_;
};

}  // namespace terse::serve::store
