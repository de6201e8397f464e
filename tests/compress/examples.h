// A small trained model and its rows.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "terse/compress/coded_rows.h"
#include "terse/compress/compress.h"
#include "terse/compress/float_network.h"
#include "terse/data/frame.h"
#include "terse/data/fried.h"
#include "terse/data/table.h"
#include "terse/train/joint.h"

namespace terse::compress {

struct Example {
  data::Table table;
  std::vector<std::uint32_t> rows;    ///< the model was trained on
  std::vector<std::uint32_t> unseen;  ///< the others
  model::Model model;

  FloatNetwork network() const { return float_network(model, "model"); }
  CodedRows coded() const { return coded_rows(model, table, rows); }
  RowParts parts() const { return {rows, unseen}; }
};

/// fried; two classes (target above 14) if `classes`.
inline Example example(bool classes = false, std::vector<std::size_t> hidden = {24, 16},
                       std::uint64_t seed = 3) {
  Example result;
  data::Selection selection;
  selection.target = "y";
  result.table = data::select(data::read_frame("fried:900:" + std::to_string(seed), {}), selection);
  if (classes) {
    result.table.classes = {"low", "high"};
    for (float& target : result.table.target) target = target > 14.0F ? 1.0F : 0.0F;
  }
  result.rows.resize(600);
  std::iota(result.rows.begin(), result.rows.end(), 0U);
  result.unseen.resize(result.table.rows() - result.rows.size());
  std::iota(result.unseen.begin(), result.unseen.end(), 600U);
  train::Options options;
  options.hidden = std::move(hidden);
  options.epochs = 30;
  options.bits = 3;
  options.batch_rows = 64;
  options.learning_rate = 5e-3;
  result.model = train::train_model(result.table, result.rows, options);
  return result;
}

}  // namespace terse::compress
