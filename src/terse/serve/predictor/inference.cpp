#include "terse/serve/predictor/inference.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "terse/serve/core/external_predictor.h"
#include "terse/text/json_check.h"

namespace terse::serve::predictor {
namespace {

using Json = nlohmann::json;

constexpr std::size_t bytes_per_number = 64;
constexpr std::size_t bytes_around = 64 << 10U;
constexpr std::size_t values_around = 10'000;

[[noreturn]] void refuse(const std::string& problem) {
  throw core::PredictorFault("its answer " + problem, true);
}

const Json& prediction_of(const Json& answer) {
  const auto outputs = answer.find("outputs");
  if (outputs == answer.end() || !outputs->is_array() || outputs->empty()) {
    refuse("has no outputs");
  }
  for (const Json& output : *outputs) {
    if (!output.is_object()) refuse("has an output that is not a tensor");
  }
  if (outputs->size() == 1) return outputs->front();
  for (const Json& output : *outputs) {
    const auto name = output.find("name");
    if (name != output.end() && *name == "prediction") return output;
  }
  refuse("has several outputs, of which none is called prediction");
}

// (rows, columns), or (rows) for one column.
void check_shape(const Json& tensor, std::size_t rows, std::size_t columns) {
  const auto shape = tensor.find("shape");
  if (shape == tensor.end() || !shape->is_array()) refuse("has no shape");
  const bool fits = (*shape == Json{rows, columns}) || (columns == 1 && *shape == Json{rows});
  if (!fits) {
    const std::string given = shape->dump(-1, ' ', false, Json::error_handler_t::replace);
    refuse(fmt::format("has the shape {:.80}, not [{},{}]", given, rows, columns));
  }
  const auto type = tensor.find("datatype");
  if (type == tensor.end() || (*type != "FP32" && *type != "FP64" && *type != "FP16")) {
    refuse("is not of floating-point numbers");
  }
}

// Flat, as most servers write it, or in rows.
void add_numbers(const Json& data, std::size_t most, std::vector<float>& numbers) {
  for (const Json& each : data) {
    if (each.is_array()) {
      add_numbers(each, most, numbers);
      continue;
    }
    if (!each.is_number()) refuse("holds something other than numbers");
    const auto number = static_cast<float>(each.get<double>());
    if (!std::isfinite(number)) refuse("holds a number that is not a finite float32");
    if (numbers.size() == most) refuse(fmt::format("has more than {} numbers", most));
    numbers.push_back(number);
  }
}

void check_probabilities(std::span<const float> shares) {
  constexpr double tolerance = 1e-3;
  double sum = 0.0;
  for (const float share : shares) {
    if (share < -tolerance || share > 1.0 + tolerance) refuse("has a probability beyond 0 to 1");
    sum += static_cast<double>(share);
  }
  if (std::abs(sum - 1.0) > tolerance) refuse("has probabilities whose sum is not 1");
}

}  // namespace

std::string request_text(std::span<const quantize::Code> codes, std::size_t rows) {
  return fmt::format(
      R"({{"inputs":[{{"name":"codes","shape":[{},{}],"datatype":"FP32","data":[{}]}}]}})", rows,
      rows == 0 ? 0 : codes.size() / rows, fmt::join(codes, ","));
}

std::size_t answer_bytes_max(std::size_t numbers) {
  return bytes_around + numbers * bytes_per_number;
}

std::vector<float> answer_numbers(std::string_view text, std::size_t rows,
                                  const model::decoder::Output& output) {
  const std::size_t columns = model::decoder::count(output);
  const std::size_t most = rows * columns;
  if (text.size() > answer_bytes_max(most)) refuse("is too long");
  const std::string problem = text::json_problem(text, {.values_max = most + rows + values_around});
  if (!problem.empty()) refuse(problem);
  const Json answer = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!answer.is_object()) refuse("is not a JSON object");
  const Json& tensor = prediction_of(answer);
  check_shape(tensor, rows, columns);
  const auto data = tensor.find("data");
  if (data == tensor.end() || !data->is_array()) refuse("has no data");
  std::vector<float> numbers;
  numbers.reserve(most);
  add_numbers(*data, most, numbers);
  if (numbers.size() != most) {
    refuse(fmt::format("has {} numbers instead of {}", numbers.size(), most));
  }
  if (std::holds_alternative<model::decoder::Classes>(output)) {
    for (std::size_t row = 0; row < rows; ++row) {
      check_probabilities(std::span(numbers).subspan(row * columns, columns));
    }
  }
  return numbers;
}

}  // namespace terse::serve::predictor
