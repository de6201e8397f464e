// Milliseconds of one training step (forward, backward, Adam; batch 512, dropout 0.2, bitwise soft
// steps) over temperatures, against the attainable limit measured in the same run: the products
// between hidden layers at the best rate oneDNN reaches here, plus 28 bytes of traffic per
// parameter (weights and both moments read and written, gradient read) at the bandwidth of copying
// that many bytes. bench/training_step.py adds PyTorch and writes the table.
//
//   training_step_bench FEATURES BITS UNITS LAYERS THREADS [LOSSES_FILE]
//
// With LOSSES_FILE (inputs, targets, thresholds and weights as bench/training_step.py writes them)
// nothing is timed: it prints the losses of a few steps without dropout, for comparison with a
// reference.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "terse/inference/gemm.h"
#include "terse/training/team.h"
#include "terse/training/trainer.h"

namespace {

using namespace terse;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 512;
constexpr std::size_t table_rows = 8192;
constexpr float temperatures[] = {1.0F, 0.03F, 0.001F};
constexpr int rounds = 5;
constexpr double round_seconds = 0.15;

struct Shape {
  std::size_t features = 8;
  std::size_t bits = 4;
  std::size_t units = 256;
  std::size_t layers = 5;
  unsigned threads = 1;
  std::size_t thresholds() const { return (std::size_t{1} << bits) - 1; }
  std::size_t parameters() const {
    return features * thresholds() * (units + 1) + (layers - 1) * units * (units + 1) + 2 * units +
           1;
  }
};

double seconds_of(const auto& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The best rate over sizes that fit the second-level cache and that do not, all threads together.
double product_rate(unsigned threads) {
  training::Team team(threads);
  double best = 0.0;
  for (const std::size_t size : {256U, 512U}) {
    std::vector<base::Matrix> a(threads, base::Matrix(batch, size));
    std::vector<base::Matrix> b(threads, base::Matrix(size, size));
    std::vector<base::Matrix> c(threads, base::Matrix(batch, size));
    constexpr int repeats = 40;
    for (int round = 0; round < rounds; ++round) {
      const double seconds = seconds_of([&] {
        team.run([&](training::Member& member) {
          const unsigned i = member.index();
          for (int repeat = 0; repeat < repeats; ++repeat) {
            inference::multiply(batch, size, size, {a[i].data(), size}, {b[i].data(), size}, 0.0F,
                                c[i].data(), size);
          }
        });
      });
      const double operations = 2.0 * batch * static_cast<double>(size * size) * repeats * threads;
      best = std::max(best, operations / seconds);
    }
  }
  return best;
}

// Bytes per second of copying within a footprint of `bytes`, all threads together.
double copy_bandwidth(std::size_t bytes, unsigned threads) {
  training::Team team(threads);
  const std::size_t half = std::max<std::size_t>(4096, bytes / 2 / threads);
  std::vector<base::AlignedVector<char>> from(threads, base::AlignedVector<char>(half));
  std::vector<base::AlignedVector<char>> to(threads, base::AlignedVector<char>(half));
  const auto repeats = static_cast<int>(std::max<std::size_t>(2, (std::size_t{64} << 20) / half));
  double best = 0.0;
  for (int round = 0; round < rounds; ++round) {
    const double seconds = seconds_of([&] {
      team.run([&](training::Member& member) {
        const unsigned i = member.index();
        for (int repeat = 0; repeat < repeats; ++repeat) {
          std::memcpy(to[i].data(), from[i].data(), half);
          asm volatile("" : : "r"(to[i].data()) : "memory");
        }
      });
    });
    best = std::max(best, 2.0 * static_cast<double>(half) * repeats * threads / seconds);
  }
  return best;
}

training::TrainerOptions trainer_options(const Shape& shape) {
  training::TrainerOptions options;
  options.input = training::InputLayer::soft_steps;
  options.hidden.assign(shape.layers, shape.units);
  options.dropout = 0.2F;
  options.threads = shape.threads;
  return options;
}

int print_losses(const Shape& shape, const char* path) {
  std::ifstream file(path, std::ios::binary);
  const auto read = [&](std::span<float> values) {
    file.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size_bytes()));
  };
  base::Matrix inputs(batch, shape.features);
  std::vector<float> targets(batch);
  read(inputs.values());
  read(targets);
  inference::Parameters parameters;
  std::vector<float> thresholds(shape.thresholds());
  for (std::size_t f = 0; f < shape.features; ++f) {
    read(thresholds);
    parameters.thresholds.add_feature(thresholds);
  }
  std::size_t fan_in = shape.features * shape.thresholds();
  for (std::size_t layer = 0; layer <= shape.layers; ++layer) {
    const std::size_t outputs = layer < shape.layers ? shape.units : 1;
    parameters.layers.push_back({base::Matrix(outputs, fan_in), std::vector<float>(outputs)});
    read(parameters.layers.back().weights.values());
    read(parameters.layers.back().bias);
    fan_in = outputs;
  }
  if (!file) {
    fmt::print(stderr, "{}: too short for this shape\n", path);
    return 2;
  }
  training::TrainerOptions options = trainer_options(shape);
  options.dropout = 0.0F;
  training::Trainer trainer(options, inputs, targets, parameters.thresholds);
  trainer.set_parameters(parameters);
  std::vector<std::uint32_t> rows(batch);
  std::iota(rows.begin(), rows.end(), 0U);
  std::vector<double> losses;
  for (const float temperature : temperatures) {
    for (int step = 0; step < 2; ++step) losses.push_back(trainer.step(rows, temperature));
  }
  fmt::print("[{:.9g}]\n", fmt::join(losses, ", "));
  return 0;
}

/// Median milliseconds per step for each temperature, which take turns.
std::vector<double> step_milliseconds(const Shape& shape) {
  base::Random random(1);
  base::Matrix inputs(table_rows, shape.features);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  std::vector<float> targets(table_rows);
  for (float& target : targets) target = static_cast<float>(random.normal());
  const std::vector<std::size_t> levels(shape.features, shape.thresholds() + 1);
  const auto thresholds = quantize::quantile_thresholds(inputs, levels);
  training::Trainer trainer(trainer_options(shape), inputs, targets, thresholds);
  std::vector<std::uint32_t> order(table_rows);
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(order);
  std::size_t begin = 0;
  const auto step = [&](float temperature) {
    trainer.step(std::span(order).subspan(begin, batch), temperature);
    begin = (begin + batch) % table_rows;
  };
  std::vector<std::vector<double>> times(std::size(temperatures));
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t t = 0; t < times.size(); ++t) {
      for (int warm = 0; warm < 3; ++warm) step(temperatures[t]);
      int steps = 0;
      double seconds = 0.0;
      while (seconds < round_seconds || steps < 3) {
        seconds += seconds_of([&] { step(temperatures[t]); });
        ++steps;
      }
      times[t].push_back(1e3 * seconds / steps);
    }
  }
  std::vector<double> result;
  for (auto& each : times) result.push_back(median(each));
  return result;
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 6 && argument_count != 7) {
    fmt::print(stderr, "usage: {} FEATURES BITS UNITS LAYERS THREADS [LOSSES_FILE]\n",
               arguments[0]);
    return 2;
  }
  const auto number = [&](int index) { return std::strtoul(arguments[index], nullptr, 10); };
  const Shape shape{number(1), number(2), number(3), number(4), static_cast<unsigned>(number(5))};
  if (argument_count == 7) return print_losses(shape, arguments[6]);

  const double rate = product_rate(shape.threads);
  const double bandwidth = copy_bandwidth(12 * shape.parameters(), shape.threads);
  const double operations =
      6.0 * batch * static_cast<double>((shape.layers - 1) * shape.units * shape.units);
  const double products_ms = 1e3 * operations / rate;
  const double adam_ms = 1e3 * 28.0 * static_cast<double>(shape.parameters()) / bandwidth;
  const auto times = step_milliseconds(shape);
  fmt::print(
      "{{\"instruction_set\": \"{}\", \"gigaflops\": {:.1f}, \"gigabytes_per_second\": {:.1f}, "
      "\"products_ms\": {:.4f}, \"adam_ms\": {:.4f}, \"temperatures\": [{}], \"step_ms\": "
      "[{:.4f}]}}\n",
      name(base::instruction_set()), rate / 1e9, bandwidth / 1e9, products_ms, adam_ms,
      fmt::join(temperatures, ", "), fmt::join(times, ", "));
  return 0;
}
