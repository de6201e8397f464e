// How much longer a training step of TabM takes than one of a plain network of the same size (8
// submodels, batch 512, dropout 0.1, bitwise soft steps), over temperatures: the two take turns,
// and the medians of rounds are compared.
//
//   tabm_step_bench [FEATURES BITS UNITS LAYERS THREADS PER_ROW...]
//
// PER_ROW: how many submodels learn from a row. One line each: milliseconds of the plain step, and
// the ratio, for each temperature. Without arguments: some shapes of five layers of 128 units.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <vector>

#include "terse/base/random.h"
#include "terse/training/trainer.h"

namespace {

using namespace terse;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 512;
constexpr std::size_t table_rows = 8192;
constexpr std::size_t submodels = 8;
constexpr std::size_t groups_max = 16;
constexpr float temperatures[] = {1.0F, 0.03F, 0.001F};
constexpr int rounds = 7;
constexpr int steps_per_round = 12;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Shape {
  std::size_t features, bits, units, layers;
  unsigned threads;
};

void compare(const Shape& shape, const std::vector<std::size_t>& per_row) {
  const std::size_t features = shape.features;
  base::Random random(1);
  base::Matrix inputs(table_rows, features);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  std::vector<float> targets(table_rows);
  for (float& target : targets) target = static_cast<float>(random.normal());
  const std::vector<std::size_t> levels(features, std::size_t{1} << shape.bits);
  const auto thresholds = quantize::quantile_thresholds(inputs, levels);
  std::vector<std::uint32_t> order(table_rows);
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(order);

  training::TrainerOptions options;
  options.input = training::InputLayer::soft_steps;
  options.hidden.assign(shape.layers, shape.units);
  options.dropout = 0.1F;
  options.threads = shape.threads;
  std::vector<std::unique_ptr<training::Trainer>> trainers;
  const auto add = [&] {
    trainers.push_back(std::make_unique<training::Trainer>(options, inputs, targets, thresholds));
  };
  add();
  options.submodels = submodels;
  const std::size_t groups = std::min(features, groups_max);
  for (std::size_t f = 0; f < features; ++f) {
    options.sign_groups.push_back(static_cast<std::uint32_t>(f * groups / features));
  }
  for (const std::size_t count : per_row) {
    options.submodels_per_row = count;
    add();
  }

  std::size_t begin = 0;
  std::vector<std::vector<double>> result(trainers.size());
  for (const float temperature : temperatures) {
    std::vector<std::vector<double>> times(trainers.size());
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t t = 0; t < trainers.size(); ++t) {
        double seconds = 0.0;
        for (int step = -2; step < steps_per_round; ++step) {
          const auto start = Clock::now();
          trainers[t]->step(std::span(order).subspan(begin, batch), temperature);
          if (step >= 0) seconds += std::chrono::duration<double>(Clock::now() - start).count();
          begin = (begin + batch) % table_rows;
        }
        times[t].push_back(1e3 * seconds / steps_per_round);
      }
    }
    for (std::size_t t = 0; t < trainers.size(); ++t) result[t].push_back(median(times[t]));
  }
  for (std::size_t t = 1; t < trainers.size(); ++t) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < result[t].size(); ++i) {
      ratios.push_back(result[t][i] / result[0][i]);
    }
    fmt::print(
        "{} features of {} bits, {}x{}, {} threads, {} per row: plain {:.3f} ms, ratios {:.2f}\n",
        shape.features, shape.bits, shape.layers, shape.units, shape.threads, per_row[t - 1],
        fmt::join(result[0], " "), fmt::join(ratios, " "));
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count == 1) {
    for (const auto& [features, bits] : {std::pair{8U, 3U}, {11U, 6U}, {81U, 4U}}) {
      compare({features, bits, 128, 5, 1}, {2, 4, 8});
    }
    return 0;
  }
  if (argument_count < 7) {
    fmt::print(stderr, "usage: {} [FEATURES BITS UNITS LAYERS THREADS PER_ROW...]\n", arguments[0]);
    return 2;
  }
  const auto number = [&](int index) { return std::strtoul(arguments[index], nullptr, 10); };
  std::vector<std::size_t> per_row;
  for (int i = 6; i < argument_count; ++i) per_row.push_back(number(i));
  compare({number(1), number(2), number(3), number(4), static_cast<unsigned>(number(5))}, per_row);
  return 0;
}
