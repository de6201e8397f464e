#include "terse/model/decoder/shape.h"

#include <cmath>

#include "terse/base/overloaded.h"

namespace terse::model::decoder {

float Number::prediction(float output) const {
  const double scaled = static_cast<double>(output) * deviation + mean;
  return static_cast<float>(link == Link::exponential ? std::exp(scaled) : scaled);
}

std::size_t count(const Output& output) {
  return std::visit(base::Overloaded{[](const Number&) { return std::size_t{1}; },
                                     [](const Classes& classes) { return classes.labels.size(); }},
                    output);
}

Number scale(const Output& output) {
  return std::visit(base::Overloaded{[](const Number& number) { return number; },
                                     [](const Classes&) { return Number{}; }},
                    output);
}

}  // namespace terse::model::decoder
