// The JSON document of a model file, read field by field. Inside room model.
#pragma once

#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::model {

/// Reads fields of one JSON object, refusing what is missing or of the wrong kind by name.
class Fields {
  using Json = nlohmann::ordered_json;

 public:
  Fields(const Json& object, std::string source, std::string place)
      : object_(object), source_(std::move(source)), place_(std::move(place)) {
    if (!object_.is_object()) refuse("", "is not an object");
  }

  [[noreturn]] void refuse(const std::string& field, const std::string& problem) const {
    std::string where = place_;
    if (!field.empty()) where += (where.empty() ? "" : ".") + field;
    throw base::InputError(source_, "document field " + text::in_quotes(where), problem,
                           "the file is damaged or not a Terse model");
  }

  bool has(const std::string& field) const { return object_.contains(field); }
  const Json& get(const std::string& field) const {
    const auto found = object_.find(field);
    if (found == object_.end()) refuse(field, "is missing");
    return *found;
  }
  std::string text(const std::string& field) const {
    const Json& value = get(field);
    if (!value.is_string()) refuse(field, "is not a string");
    return value.get<std::string>();
  }
  double number(const std::string& field) const {
    const Json& value = get(field);
    if (!value.is_number()) refuse(field, "is not a number");
    const auto result = value.get<double>();
    if (!std::isfinite(result)) refuse(field, "is not finite");
    return result;
  }
  std::uint64_t integer(const std::string& field, std::uint64_t low, std::uint64_t high) const {
    const Json& value = get(field);
    if (!value.is_number_unsigned()) refuse(field, "is not a non-negative integer");
    const auto result = value.get<std::uint64_t>();
    if (result < low || result > high) {
      refuse(field, fmt::format("is {}, not within {} to {}", result, low, high));
    }
    return result;
  }
  const Json& array(const std::string& field) const {
    const Json& value = get(field);
    if (!value.is_array()) refuse(field, "is not an array");
    return value;
  }
  Fields object(const std::string& field) const {
    return Fields(get(field), source_, place_.empty() ? field : place_ + "." + field);
  }
  const Json& json() const { return object_; }

 private:
  const Json& object_;
  std::string source_;
  std::string place_;
};

}  // namespace terse::model
