// Columns as Python holds them, and arrays that Python gets.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/arrays.h"
#include "terse/train/training_table.h"

namespace terse::python {

template <typename T>
using Vector = nanobind::ndarray<const T, nanobind::ndim<1>, nanobind::device::cpu>;
template <typename T>
using Rows =
    nanobind::ndarray<const T, nanobind::ndim<2>, nanobind::c_contig, nanobind::device::cpu>;

/// Named columns of the same length. Keeps the arrays, copies none.
class Columns {
 public:
  Columns(std::string source, std::size_t rows) : source_(std::move(source)), rows_(rows) {}

  template <typename T>
  void add_numbers(std::string name, std::string unit, const Vector<T>& numbers);
  void add_words(std::string name, std::string unit, std::vector<std::string> words,
                 const Vector<std::int32_t>& of_row);

  const std::string& source() const { return source_; }
  std::size_t rows() const { return rows_; }
  /// Valid as long as these columns.
  train::FrameReader reader() const;

 private:
  void keep(nanobind::object array, std::size_t rows, const std::string& name);

  std::string source_;
  std::size_t rows_;
  std::vector<data::Array> arrays_;
  std::vector<nanobind::object> owners_;
};

void bind_columns(nanobind::module_& module);

/// A numpy array that owns the values. shape: of one or two sizes.
template <typename T>
nanobind::object numpy_array(std::vector<T> values, const std::vector<std::size_t>& shape);
nanobind::object numpy_array(base::Matrix values);

base::ConstMatrixView view_of(const Rows<float>& rows);

}  // namespace terse::python
