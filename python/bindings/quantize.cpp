// Where thresholds begin, the temperatures of a training, and the soft step in closed form: for
// layers of other libraries.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cmath>

#include "arrays.h"
#include "terse/base/error.h"
#include "terse/quantize/kmeans.h"
#include "terse/quantize/method.h"
#include "terse/quantize/schedule.h"
#include "terse/quantize/soft_step.h"
#include "terse/train/tree_start.h"
#include "training.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

constexpr unsigned epochs_max = 1'000'000;

quantize::Thresholds thresholds_by(quantize::ThresholdStart start, base::ConstMatrixView rows,
                                   const std::vector<std::size_t>& levels,
                                   std::span<const float> targets, std::uint64_t seed) {
  switch (start) {
    case quantize::ThresholdStart::minmax:
      return quantize::minmax_thresholds(rows, levels);
    case quantize::ThresholdStart::kmeans:
      return quantize::kmeans_thresholds(rows, levels);
    case quantize::ThresholdStart::tree:
      return train::tree_thresholds(rows, targets, levels, seed);
    case quantize::ThresholdStart::quantile:
    case quantize::ThresholdStart::none:
      break;
  }
  return quantize::quantile_thresholds(rows, levels);
}

void require_finite(std::span<const float> values, const char* what) {
  for (const float value : values) {
    if (std::isfinite(value)) continue;
    throw base::InputError(what, "", "a value is missing or not finite",
                           "fill or leave out its row");
  }
}

nb::list starting_thresholds(const Rows<float>& rows, const std::vector<std::size_t>& levels,
                             const std::string& name, const Vector<float>& targets,
                             std::uint64_t seed) {
  const auto start = quantize::parse_start(name);
  if (!start || *start == quantize::ThresholdStart::none) {
    throw base::OptionError("start", "", "'" + name + "' is not a start",
                            "choose quantile, minmax, kmeans or tree");
  }
  if (rows.shape(0) == 0 || rows.shape(1) != levels.size()) {
    throw base::InputError("X", "", "there are no rows, or not as many columns as levels",
                           "give levels for each column");
  }
  for (const std::size_t own : levels) {
    if (own >= 1 && own <= quantize::levels_max) continue;
    throw base::OptionError("levels", "", std::to_string(own) + " is out of range",
                            "give 1 to 256");
  }
  require_finite({rows.data(), rows.size()}, "X");
  std::vector<float> own_targets;
  for (std::size_t row = 0; row < targets.shape(0); ++row) own_targets.push_back(targets(row));
  require_finite(own_targets, "y");
  if (*start == quantize::ThresholdStart::tree && own_targets.size() != rows.shape(0)) {
    throw base::InputError("y", "", "trees need a target for each row", "give y");
  }
  quantize::Thresholds thresholds;
  {
    const nb::gil_scoped_release unlocked;
    thresholds = thresholds_by(*start, view_of(rows), levels, own_targets, seed);
  }
  nb::list result;
  for (std::size_t f = 0; f < thresholds.features(); ++f) {
    const auto own = thresholds.of(f);
    result.append(numpy_array(std::vector<float>(own.begin(), own.end()), {own.size()}));
  }
  return result;
}

float temperature(const std::string& name, unsigned epoch, unsigned epochs, double end) {
  const auto schedule = quantize::parse_schedule(name);
  if (!schedule) {
    throw base::OptionError("schedule", "", "'" + name + "' is not a schedule",
                            "choose exponential, linear, warmup, cosine or cyclical");
  }
  if (epochs < 1 || epochs > epochs_max || epoch >= epochs || !(end > 0.0 && end <= 1.0)) {
    throw base::OptionError("schedule", "", "epochs or the last temperature are out of range",
                            "give 1 to 1000000 epochs and a temperature above 0, at most 1");
  }
  return quantize::temperature(*schedule, epoch, epochs, end);
}

std::tuple<double, double, double, double> soft_step(double reading, double threshold,
                                                     double temperature) {
  const auto slope = quantize::soft_step_slope(reading, threshold, temperature);
  return {quantize::soft_step(reading, threshold, temperature), slope.reading, slope.threshold,
          slope.temperature};
}

}  // namespace

void bind_quantize(nb::module_& module) {
  module.def("starting_thresholds", &starting_thresholds, nb::arg("rows").noconvert(),
             nb::arg("levels"), nb::arg("start"), nb::arg("targets").noconvert(), nb::arg("seed"),
             "Ascending thresholds of each column.");
  module.def("temperature", &temperature, nb::arg("schedule"), nb::arg("epoch"), nb::arg("epochs"),
             nb::arg("end"), "The temperature of an epoch, counted from 0.");
  module.def("soft_step", &soft_step, nb::arg("reading"), nb::arg("threshold"),
             nb::arg("temperature"),
             "Value and derivatives by reading, threshold and temperature, in closed form.");
}

}  // namespace terse::python
