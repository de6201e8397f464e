// Model files in a folder that goes away, for the tests of the server.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "model/examples.h"
#include "terse/model/file.h"

namespace terse::serve {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "terse_serve_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline model::Model example(std::uint64_t seed, quantize::Method method = quantize::Method::bw_sq) {
  return model::example_model(model::random_fold_input(method, {.features = 6, .seed = seed}));
}

}  // namespace terse::serve
