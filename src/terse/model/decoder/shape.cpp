#include "terse/model/decoder/shape.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"

namespace terse::model::decoder {

float Number::prediction(float output) const {
  const double scaled = static_cast<double>(output) * deviation + mean;
  return static_cast<float>(link == Link::exponential ? std::exp(scaled) : scaled);
}

std::size_t Target::outputs() const {
  return std::max<std::size_t>(1, labels().size());
}

std::span<const std::string> Target::labels() const {
  const auto* classes = std::get_if<Classes>(&output);
  return classes == nullptr ? std::span<const std::string>{} : classes->labels;
}

std::size_t count(const Output& output) {
  return std::visit(base::Overloaded{[](const Number&) { return std::size_t{1}; },
                                     [](const Classes& classes) { return classes.labels.size(); },
                                     [](const Several& several) {
                                       std::size_t sum = 0;
                                       for (const Target& own : several.targets) {
                                         sum += own.outputs();
                                       }
                                       return sum;
                                     }},
                    output);
}

std::vector<Number> scales(const Output& output) {
  const auto* several = std::get_if<Several>(&output);
  if (several == nullptr) return std::vector<Number>(count(output), scale(output));
  std::vector<Number> result;
  for (const Target& own : several->targets) {
    const auto* number = std::get_if<Number>(&own.output);
    result.insert(result.end(), own.outputs(), number == nullptr ? Number{} : *number);
  }
  return result;
}

Number scale(const Output& output) {
  return std::visit(base::Overloaded{[](const Number& number) { return number; },
                                     [](const Classes&) { return Number{}; },
                                     [](const Several&) -> Number { TERSE_CHECK(false); }},
                    output);
}

}  // namespace terse::model::decoder
