// The parts of a server that SIGHUP reads again, each on its own: one that cannot be read stays as
// it was.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace terse::cli {

class Reloads {
 public:
  using Told = std::function<void(const std::string&)>;

  /// parts: plural, "models". read: throws if the part stays as it was.
  void add(const std::string& parts, std::function<void()> read);
  /// One line for each: "models reloaded", or "the models are unchanged: WHY".
  void run(const Told& told) const;

 private:
  struct Part {
    std::string name;
    std::function<void()> read;
  };
  std::vector<Part> parts_;
};

}  // namespace terse::cli
