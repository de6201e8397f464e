#include "terse/base/error.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace terse::base {
namespace {

std::string joined(const std::string& source, const std::string& place, const std::string& problem,
                   const std::string& remedy) {
  std::string text = source;
  if (!place.empty()) text += (text.empty() ? "" : ": ") + place;
  text += (text.empty() ? "" : ": ") + problem;
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

}  // namespace

InputError::InputError(std::string source, std::string place, std::string problem,
                       std::string remedy)
    : std::runtime_error(joined(source, place, problem, remedy)),
      source_(std::move(source)),
      place_(std::move(place)),
      problem_(std::move(problem)),
      remedy_(std::move(remedy)) {}

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "terse: internal error at %s:%d: %s does not hold; please report this\n",
               file, line, expression);
  std::abort();
}

}  // namespace terse::base
