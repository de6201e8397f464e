// Rows per second of a stack, one thread, in batches of 1,024 and row by row: beside its network
// alone, and beside its trees walked one after the other, as before eight walked at once. Sums must
// agree bit for bit before anything is timed; figures are the best of several rounds.
//
//   stack_bench MODEL.terse
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t rows = 1024;
constexpr int rounds = 7;

std::vector<quantize::Code> random_codes(const Model& model) {
  base::Random random(1);
  std::vector<quantize::Code> codes;
  const std::vector<std::size_t> levels = model.levels();
  for (std::size_t row = 0; row < rows; ++row) {
    for (const std::size_t count : levels) {
      codes.push_back(static_cast<quantize::Code>(random.below(count)));
    }
  }
  return codes;
}

double seconds(const std::function<void()>& work) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

// All rows in batches of this many.
double seconds_of(const Model& model, const std::vector<quantize::Code>& codes, std::size_t batch) {
  Predictor predictor(model, batch);
  const std::size_t features = model.features.size();
  std::vector<float> predictions(batch * predictor.outputs());
  return seconds([&] {
    for (std::size_t row = 0; row < rows; row += batch) {
      predictor.predict_codes(std::span(codes).subspan(row * features, batch * features), batch,
                              predictions);
    }
  });
}

void walk(const decoder::Trees& trees, const std::vector<quantize::Code>& codes,
          std::size_t features, std::vector<float>& sums) {
  std::vector<float> inputs(features);
  for (std::size_t row = 0; row < rows; ++row) {
    std::copy_n(codes.begin() + static_cast<std::ptrdiff_t>(row * features), features,
                inputs.begin());
    decoder::predict(trees, inputs,
                     std::span(sums).subspan(row * trees.outputs(), trees.outputs()));
  }
}

void run(const char* path) {
  const Model stack = read_file(path);
  const auto* both = std::get_if<decoder::Stack>(&stack.decoder);
  if (both == nullptr)
    throw base::InputError(path, "", "is no stack", "train with --decoder stack");
  const std::vector<quantize::Code> codes = random_codes(stack);
  const std::size_t features = stack.features.size();
  Model network = stack;
  network.decoder = both->network;
  Model trees = stack;
  trees.decoder = both->trees;
  // Without a scale, so that the sums themselves are compared.
  if (std::holds_alternative<Number>(trees.output)) {
    trees.output = Number{};
    std::vector<float> expected(rows * trees.outputs());
    std::vector<float> found(rows * trees.outputs());
    walk(both->trees, codes, features, expected);
    Predictor(trees).predict_codes(codes, rows, found);
    TERSE_CHECK(expected == found);
  }
  std::vector<float> sums(rows * trees.outputs());
  const double one_by_one = seconds([&] { walk(both->trees, codes, features, sums); });
  fmt::print("{} trees, {} nodes, {} features\n", both->trees.roots.size(),
             both->trees.nodes.size(), features);
  for (const std::size_t batch : {rows, std::size_t{1}}) {
    const double own = seconds_of(stack, codes, batch);
    const double layers = seconds_of(network, codes, batch);
    const double leaves = seconds_of(trees, codes, batch);
    fmt::print(
        "batches of {:4}: stack {:9.0f} rows/s, {:7.2f} us a row; of that network {:4.1f} %, trees "
        "{:4.1f} %; trees {:.2f} times as fast as one walk after the other\n",
        batch, rows / own, 1e6 * own / rows, 100.0 * layers / own, 100.0 * leaves / own,
        one_by_one / leaves);
  }
}

}  // namespace
}  // namespace terse::model

int main(int count, char** values) {
  if (count != 2) {
    fmt::print(stderr, "usage: stack_bench MODEL.terse\n");
    return 2;
  }
  try {
    terse::model::run(values[1]);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "stack_bench: {}\n", problem.what());
    return 1;
  }
  return 0;
}
