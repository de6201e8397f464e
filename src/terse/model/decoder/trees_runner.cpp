#include <algorithm>

#include "terse/model/decoder/runner.h"
#include "terse/model/decoder/tree_walk.h"
#include "terse/model/decoder/trees.h"

namespace terse::model::decoder {
namespace {

class TreeRunner : public Runner {
 public:
  explicit TreeRunner(const Trees& trees) : trees_(trees) {}

  void run_inputs(base::MatrixView inputs, std::span<float> outputs) override {
    for (std::size_t r = 0; r < inputs.rows; ++r) {
      predict(trees_, inputs.row(r), outputs.subspan(r * trees_.outputs(), trees_.outputs()));
    }
  }

 private:
  Trees trees_;
};

class CodeRunner : public Runner {
 public:
  CodeRunner(const Trees& trees, std::size_t features)
      : walk_(trees.roots, trees.nodes, trees.outputs(), features) {}

  void run_codes(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) override {
    std::ranges::fill(outputs, 0.0F);
    walk_.add(codes, rows, outputs);
  }

 private:
  TreeWalk walk_;
};

}  // namespace

std::unique_ptr<Runner> Trees::runner(const Shape& shape, std::size_t, const MakeProducts&) const {
  if (shape.full_precision()) return std::make_unique<TreeRunner>(*this);
  return std::make_unique<CodeRunner>(*this, shape.levels.size());
}

}  // namespace terse::model::decoder
