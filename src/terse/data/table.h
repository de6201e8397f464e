// A table of numbers with one target column: the input of every command. Reading is two steps:
// read_frame() makes a Frame of all columns; select() takes the target and the features out of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/frame.h"

namespace terse::data {

/// A feature whose cells are one of several names.
struct CategoricalFeature {
  std::string name;
  std::vector<std::string> known = {};  ///< a model's categories; empty: those of this frame
  bool unseen_allowed = false;          ///< unknown categories are not an error
};

/// A column to predict.
struct SelectedTarget {
  std::string name;
  bool is_class = false;                        ///< one of several labels
  std::vector<std::string> known_classes = {};  ///< a model's; empty: the labels of this frame
};

/// Which columns play which part. Names must exist; features empty: every column that is neither
/// target nor ignored.
struct Selection {
  std::string target;
  std::vector<std::string> features = {};
  std::vector<std::string> ignored = {};
  bool constant_allowed =
      false;  ///< true when a model is applied: its features stay, whatever their values
  bool target_required = true;  ///< false (predict, encode): a frame without the target is fine
  /// Features taken as categories: read_categories of each, or the categories of a model.
  std::vector<CategoricalFeature> categorical = {};
  bool gaps_allowed = false;                    ///< in every feature; a gap is NaN in the table
  std::vector<std::string> gap_features = {};   ///< in these
  bool target_is_class = false;                 ///< the target is one of several labels
  std::vector<std::string> known_classes = {};  ///< a model's; empty: the labels of this frame
  std::vector<SelectedTarget> further_targets = {};  ///< besides `target`, all required
  /// Columns of the rows, not features, for add_row_columns(); empty: none.
  std::string split_column = {};      ///< of split_labels
  std::string weight_column = {};     ///< of weights
  bool split_column_required = true;  ///< false: a frame without it is fine
  bool weight_column_required = true;
};

/// What a column says of each row.
struct RowLabels {
  std::vector<std::string> names;
  std::vector<std::uint32_t> of_row;  ///< index into names, one per row; empty: no such column
};

/// The values of a target: finite numbers, or indices of classes.
struct TargetColumn {
  std::string name;
  double origin = 0.0;                    ///< numbers are differences from it
  std::vector<float> values = {};         ///< one per row
  std::vector<std::string> classes = {};  ///< empty: numbers
};

/// The same, held elsewhere.
struct TargetView {
  const std::string& name;
  double origin;
  std::span<const float> values;
  const std::vector<std::string>& classes;
};

/// Finite numbers, and NaN where gaps are allowed: rows x F features and the target. A categorical
/// feature holds indices into its categories, or their number for one that is not among them.
struct Table {
  std::string source;
  std::vector<std::string> feature_names;
  std::vector<std::string> feature_units;
  std::string target_name;
  /// Per feature what its readings are differences from; no entries at all if every one is 0.
  std::vector<double> feature_origins;
  double target_origin = 0.0;  ///< the same for the target
  base::Matrix features;
  /// Per feature its categories; empty for a number. No entries at all if every one is a number.
  std::vector<std::vector<std::string>> categories;
  std::vector<float> target;         ///< empty if the frame has none and none is required
  std::vector<std::string> classes;  ///< labels that the target is an index of; empty: a number
  std::vector<TargetColumn> further_targets;  ///< those that one model predicts besides the first
  RowLabels split_labels;                     ///< of Selection::split_column
  std::vector<float> weights;                 ///< of rows, at least 0; empty: 1 each
  std::vector<std::string> notes;             ///< for the user: constant columns left out, ...

  std::size_t rows() const { return features.rows(); }
  std::size_t targets() const { return 1 + further_targets.size(); }
  /// The first target (0), or a further one. Valid while the table is.
  TargetView target_view(std::size_t index) const;
  bool categorical(std::size_t feature) const {
    return !categories.empty() && !categories[feature].empty();
  }
};

/// Throws InputError with line and column for text, gaps and infinities in a selected column,
/// a category or label that is not known, more than 256 of them in a feature or 1000 in the target,
/// unknown or duplicate names, weights below 0 or all 0, a gap in a column of labels, a table
/// without rows or features.
Table select(const Frame& frame, const Selection& selection);

/// SHA-256 (hex) of names, shape and values: the same data give the same hash whatever file they
/// came from. Labels and weights of rows count where there are any.
std::string content_hash(const Table& table);

}  // namespace terse::data
