// Milliseconds per call of the steps layer (forward; backward with Adam) and per path, over
// temperatures. Synthetic normal readings, quantile thresholds, batch 512. Paths take turns within
// one process; medians. The output of every path is first compared with the dense one.
//
//   steps_layer_bench [features bits units [threads]]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <vector>

#include "terse/base/random.h"
#include "terse/training/steps_layer.h"

namespace {

using namespace terse;

constexpr std::size_t batch = 512;
constexpr std::size_t table_rows = 8192;
constexpr int rounds = 9;

struct Setting {
  std::size_t features = 81;
  std::size_t bits = 8;
  std::size_t units = 256;
  unsigned threads = 1;
};

struct Case {
  base::Matrix inputs;
  quantize::Thresholds thresholds;
  base::Matrix weights;
  base::Matrix gradient;
  base::Matrix output;
};

Case make_case(const Setting& setting) {
  base::Random random(7);
  Case made;
  made.inputs = base::Matrix(table_rows, setting.features);
  for (float& value : made.inputs.values()) value = static_cast<float>(random.normal());
  const std::size_t count = (std::size_t{1} << setting.bits) - 1;
  for (std::size_t f = 0; f < setting.features; ++f) {
    std::vector<float> column(table_rows);
    for (std::size_t r = 0; r < table_rows; ++r) column[r] = made.inputs(r, f);
    std::sort(column.begin(), column.end());
    std::vector<float> values(count);
    for (std::size_t j = 0; j < count; ++j) values[j] = column[(j + 1) * table_rows / (count + 1)];
    made.thresholds.add_feature(values);
  }
  made.weights = base::Matrix(setting.units, made.thresholds.values.size());
  for (float& value : made.weights.values()) value = static_cast<float>(0.01 * random.normal());
  made.gradient = base::Matrix(batch, setting.units);
  for (float& value : made.gradient.values()) value = static_cast<float>(random.normal());
  made.output = base::Matrix(batch, setting.units);
  return made;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

struct Contender {
  const char* name;
  std::unique_ptr<training::StepsLayer> layer;
  std::vector<double> forward_ms, backward_ms;
};

void step(Contender& contender, Case& data, training::Team& team, float temperature,
          base::Random& random, std::uint64_t number) {
  std::vector<std::uint32_t> rows(batch);
  for (auto& row : rows) row = static_cast<std::uint32_t>(random.below(table_rows));
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](auto from, auto to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
  };
  const auto start = Clock::now();
  team.run([&](training::Member& member) {
    contender.layer->forward(member, rows, temperature, data.output);
  });
  const auto middle = Clock::now();
  // A rate of nearly zero keeps the problem as it is; the work is the same.
  team.run([&](training::Member& member) {
    contender.layer->backward(member, rows, temperature, data.gradient,
                              training::AdamStep::at(number, 1e-9));
  });
  contender.forward_ms.push_back(milliseconds(start, middle));
  contender.backward_ms.push_back(milliseconds(middle, Clock::now()));
}

void compare(const Setting& setting) {
  Case data = make_case(setting);
  training::Team team(setting.threads);
  std::vector<Contender> contenders;
  for (const auto& [name, path] : {std::pair{"dense", training::StepsPath::dense},
                                   std::pair{"band", training::StepsPath::band},
                                   std::pair{"exponential", training::StepsPath::exponential},
                                   std::pair{"automatic", training::StepsPath::automatic}}) {
    training::StepsLayerOptions options;
    options.units = setting.units;
    options.path = path;
    contenders.push_back({name,
                          std::make_unique<training::StepsLayer>(
                              options, data.inputs, data.thresholds, data.weights, setting.threads),
                          {},
                          {}});
  }
  fmt::print("{} features, {} bits, {} units, batch {}, {} thread(s): forward + backward ms\n",
             setting.features, setting.bits, setting.units, batch, setting.threads);
  std::uint64_t number = 0;
  for (const float temperature : {1.0F, 0.3F, 0.1F, 0.03F, 0.01F, 0.003F, 0.001F, 1e-4F}) {
    for (auto& contender : contenders) {
      contender.forward_ms.clear();
      contender.backward_ms.clear();
    }
    base::Matrix expected;
    for (int round = -1; round < rounds; ++round) {
      ++number;
      for (auto& contender : contenders) {
        base::Random random(100, number);
        step(contender, data, team, temperature, random, number);
        if (round >= 0) continue;
        contender.forward_ms.clear();
        contender.backward_ms.clear();
        if (expected.rows() == 0) expected = data.output;
        for (std::size_t i = 0; i < expected.values().size(); ++i) {
          if (!(std::abs(expected.values()[i] - data.output.values()[i]) < 1e-3)) {
            fmt::print("{} differs from dense\n", contender.name);
            std::exit(1);
          }
        }
      }
    }
    fmt::print("tau {:<7}", temperature);
    for (const auto& contender : contenders) {
      const double forward = median(contender.forward_ms);
      const double backward = median(contender.backward_ms);
      fmt::print("  {} {:.2f}+{:.2f}={:.2f}", contender.name, forward, backward,
                 forward + backward);
    }
    constexpr const char* names[] = {"automatic", "dense", "band", "exponential"};
    fmt::print(" ({})\n", names[static_cast<int>(contenders.back().layer->last_path())]);
  }
}

}  // namespace

int main(int count, char** values) {
  Setting setting;
  const auto number = [&](int at, std::size_t otherwise) {
    return count > at ? std::strtoul(values[at], nullptr, 10) : otherwise;
  };
  setting.features = number(1, setting.features);
  setting.bits = number(2, setting.bits);
  setting.units = number(3, setting.units);
  setting.threads = static_cast<unsigned>(number(4, setting.threads));
  compare(setting);
  return 0;
}
