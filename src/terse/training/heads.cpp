#include "terse/training/heads.h"

#include <algorithm>

#include "terse/base/error.h"

namespace terse::training {
namespace {

template <typename View>
View rows_of(const View& matrix, Share rows) {
  return {matrix.data + rows.begin * matrix.stride, rows.size(), matrix.columns, matrix.stride};
}

}  // namespace

Heads::Heads(std::size_t inputs, std::size_t outputs, unsigned threads, std::size_t submodels) {
  for (std::size_t k = 0; k < submodels; ++k) heads_.emplace_back(inputs, outputs, threads);
}

void Heads::forward(const Submodels& submodels, Share own, base::ConstMatrixView inputs,
                    base::MatrixView outputs) const {
  submodels.visit(own, [&](std::size_t k, Share rows) {
    heads_[k].forward(rows_of(inputs, rows), rows_of(outputs, rows));
  });
}

void Heads::input_gradient(const Submodels& submodels, Share own,
                           base::ConstMatrixView output_gradient,
                           base::MatrixView input_gradient) const {
  submodels.visit(own, [&](std::size_t k, Share rows) {
    heads_[k].input_gradient(rows_of(output_gradient, rows), rows_of(input_gradient, rows));
  });
}

void Heads::update(const Member& member, const Submodels& submodels, base::ConstMatrixView inputs,
                   base::ConstMatrixView output_gradient, const AdamStep& adam) {
  for (std::size_t k = 0; k < heads_.size(); ++k) {
    const Share rows = submodels.parts()[k];
    const Share all{0, rows.size()};
    const base::ConstMatrixView gradient = rows_of(output_gradient, rows);
    heads_[k].update_weights(member, rows_of(inputs, rows), gradient, adam);
    heads_[k].update_biases(member, gradient, {&all, 1}, adam);
  }
}

void Heads::gradients(const Member& member, const Submodels& submodels,
                      base::ConstMatrixView inputs, base::ConstMatrixView output_gradient,
                      std::vector<inference::DenseLayer>& result) const {
  for (std::size_t k = 0; k < heads_.size(); ++k) {
    const Share rows = submodels.parts()[k];
    const Share all{0, rows.size()};
    const base::ConstMatrixView gradient = rows_of(output_gradient, rows);
    heads_[k].weight_gradients(member, rows_of(inputs, rows), gradient, result[k].weights);
    heads_[k].bias_gradients(member, gradient, {&all, 1}, result[k].bias);
  }
}

void Heads::set(const inference::DenseLayer& layer) {
  TERSE_CHECK(layer.weights.rows() == heads_.size() * outputs());
  TERSE_CHECK(layer.weights.columns() == inputs() && layer.bias.size() == layer.weights.rows());
  for (std::size_t k = 0; k < heads_.size(); ++k) {
    inference::DenseLayer head{base::Matrix(outputs(), inputs()), std::vector<float>(outputs())};
    const std::size_t first = k * outputs();
    std::ranges::copy(layer.weights.values().subspan(first * inputs(), outputs() * inputs()),
                      head.weights.values().begin());
    std::ranges::copy(std::span(layer.bias).subspan(first, outputs()), head.bias.begin());
    heads_[k].set(head);
  }
}

inference::DenseLayer Heads::get() const {
  std::vector<inference::DenseLayer> heads;
  for (const TrainedDense& head : heads_) heads.push_back(head.get());
  return joined(heads);
}

std::vector<inference::DenseLayer> Heads::zeros() const {
  return std::vector<inference::DenseLayer>(
      heads_.size(), {base::Matrix(outputs(), inputs()), std::vector<float>(outputs())});
}

inference::DenseLayer Heads::joined(const std::vector<inference::DenseLayer>& heads) {
  const std::size_t outputs = heads.front().weights.rows();
  const std::size_t inputs = heads.front().weights.columns();
  inference::DenseLayer result{base::Matrix(heads.size() * outputs, inputs), {}};
  auto to = result.weights.values().begin();
  for (const inference::DenseLayer& head : heads) {
    to = std::ranges::copy(head.weights.values(), to).out;
    result.bias.insert(result.bias.end(), head.bias.begin(), head.bias.end());
  }
  return result;
}

}  // namespace terse::training
