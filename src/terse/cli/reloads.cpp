#include "terse/cli/reloads.h"

#include <fmt/core.h>

#include <exception>

#include "terse/cli/training_options.h"

namespace terse::cli {

void Reloads::add(const std::string& parts, std::function<void()> read) {
  parts_.push_back({parts, std::move(read)});
}

void Reloads::run(const Told& told) const {
  for (const Part& part : parts_) {
    try {
      part.read();
      told(part.name + " reloaded");
    } catch (const std::exception& error) {
      told(fmt::format("the {} are unchanged: {}", part.name, with_flags(error.what())));
    }
  }
}

}  // namespace terse::cli
