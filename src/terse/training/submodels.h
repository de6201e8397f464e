// The submodels of TabM (Gorishniy, Kotelnikov, Babenko 2025, "TabM: advancing tabular deep
// learning with parameter-efficient ensembling"): networks that share the weights of all layers but
// the last, and differ in the signs of their inputs, in biases and in last layers. Each row of a
// batch is given to some of them; all their rows, stacked, go through the same products.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/training/team.h"

namespace terse::training {

/// A sign belongs to a submodel and a group of inputs: the first layer sums sign * (W x of the
/// group). The products of the groups are taken once, whatever the number of submodels.
class Submodels {
 public:
  /// count = 1: one network, its signs 1. 1 <= per_row <= count.
  Submodels(std::size_t count, std::size_t per_row, std::size_t groups, std::uint64_t seed);

  std::size_t count() const { return parts_.size(); }
  bool several() const { return count() > 1; }
  std::size_t per_row() const { return per_row_; }
  std::size_t groups() const { return signs_.columns(); }
  /// count x groups, each 1 or -1; no submodel's are all those of another, if that is possible.
  const base::Matrix& signs() const { return signs_; }
  void set_signs(const base::Matrix& signs);

  /// Gives the rows of a batch to the submodels: the batch is cut into as many parts as there are
  /// submodels, and each submodel takes per_row of these.
  void take(std::span<const std::uint32_t> rows);
  /// Of the batch taken, submodel after submodel: rows of the table, per_row for each of the batch.
  std::span<const std::uint32_t> rows() const { return rows_; }
  /// Of rows(), those of each submodel.
  std::span<const Share> parts() const { return parts_; }
  /// visit(submodel, rows) for each that has some of the stacked rows `own`.
  template <typename Visit>
  void visit(Share own, const Visit& visit) const {
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const Share rows{std::max(own.begin, parts_[k].begin), std::min(own.end, parts_[k].end)};
      if (rows.begin < rows.end) visit(k, rows);
    }
  }

  /// What the submodels see of the batch's rows own. products: batch x (groups * units); to: all
  /// stacked rows x units.
  void spread(base::ConstMatrixView products, Share own, base::MatrixView to) const;
  /// The reverse for gradients: from stacked rows to the products of the batch's rows own.
  void gather(base::ConstMatrixView gradients, Share own, base::MatrixView to) const;

 private:
  struct Place {
    std::uint32_t row;  ///< among the stacked ones
    std::uint32_t submodel;
  };
  void lay_out(std::size_t rows);

  std::size_t per_row_;
  base::Matrix signs_;
  std::vector<Share> parts_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::uint32_t> source_;  ///< per stacked row its row of the batch
  std::vector<Place> places_;          ///< per_row of each row of the batch
};

}  // namespace terse::training
