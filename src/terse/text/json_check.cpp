#include "terse/text/json_check.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "terse/text/quoting.h"

namespace terse::text {
namespace {

using Json = nlohmann::json;

/// Hears the parser's events and stops it at the first thing that is wrong. The functions' names
/// and types are the parser's.
class Listener {
 public:
  explicit Listener(const JsonLimits& limits) : limits_(limits) {}

  bool null() { return value(); }
  bool boolean(bool) { return value(); }
  bool number_integer(Json::number_integer_t) { return value(); }
  bool number_unsigned(Json::number_unsigned_t) { return value(); }
  bool number_float(Json::number_float_t, const Json::string_t&) { return value(); }
  bool string(Json::string_t&) { return value(); }
  bool binary(Json::binary_t&) { return value(); }
  bool start_object(std::size_t) { return open(true); }
  bool start_array(std::size_t) { return open(false); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const Json::string_t& name) {
    std::set<std::string>& names = names_.back();
    if (names.size() == limits_.names_max) {
      return stop(fmt::format("has an object of more than {} names", limits_.names_max));
    }
    if (!names.insert(name).second) return stop("holds " + in_quotes(name) + " twice");
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    return stop(fmt::format("is not JSON at byte {}", position));
  }

  const std::string& problem() const { return problem_; }

 private:
  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool value() {
    if (names_.empty()) return stop("is not a JSON object");
    if (++values_ > limits_.values_max) {
      return stop(fmt::format("has more than {} values", limits_.values_max));
    }
    return true;
  }
  bool open(bool object) {
    if (names_.empty() && !object) return stop("is not a JSON object");
    if (!names_.empty() && !value()) return false;
    if (names_.size() == limits_.depth_max) {
      return stop(fmt::format("is nested more than {} deep", limits_.depth_max));
    }
    names_.emplace_back();
    return true;
  }
  bool close() {
    names_.pop_back();
    return true;
  }

  const JsonLimits& limits_;
  std::vector<std::set<std::string>> names_;  ///< of every open object; empty for arrays
  std::size_t values_ = 0;
  std::string problem_;
};

}  // namespace

std::string json_problem(std::string_view text, const JsonLimits& limits) {
  // The parser would take it for the end of the text.
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) return fmt::format("is not JSON at byte {}", zero + 1);
  Listener listener(limits);
  Json::sax_parse(text.begin(), text.end(), &listener);
  return listener.problem();
}

}  // namespace terse::text
