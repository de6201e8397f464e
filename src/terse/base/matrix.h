// A row-major table of numbers, 64-byte aligned, and views of it. Nothing here computes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace terse::base {

/// Allocates on cache-line (and AVX-512 vector) boundaries.
template <typename T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  AlignedAllocator() = default;
  template <typename U>
  AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), alignment));
  }
  void deallocate(T* pointer, std::size_t) noexcept { ::operator delete(pointer, alignment); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};

template <typename T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// A view of rows x columns numbers; row r starts at data + r * stride. Does not own.
template <typename T>
struct BasicMatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;

  BasicMatrixView() = default;
  BasicMatrixView(T* data_, std::size_t rows_, std::size_t columns_)
      : BasicMatrixView(data_, rows_, columns_, columns_) {}
  BasicMatrixView(T* data_, std::size_t rows_, std::size_t columns_, std::size_t stride_)
      : data(data_), rows(rows_), columns(columns_), stride(stride_) {}
  template <typename U>
  requires(std::is_same_v<const U, T> && !std::is_same_v<U, T>)
      BasicMatrixView(const BasicMatrixView<U>& other)
      : BasicMatrixView(other.data, other.rows, other.columns, other.stride) {}

  std::span<T> row(std::size_t index) const { return {data + index * stride, columns}; }
  T& operator()(std::size_t row, std::size_t column) const { return data[row * stride + column]; }
};

using MatrixView = BasicMatrixView<float>;
using ConstMatrixView = BasicMatrixView<const float>;

/// Owns rows x columns floats, zero at the start, stride = columns.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), values_(rows * columns) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  float* data() { return values_.data(); }
  const float* data() const { return values_.data(); }
  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }
  std::span<float> row(std::size_t index) { return {data() + index * columns_, columns_}; }
  std::span<const float> row(std::size_t index) const {
    return {data() + index * columns_, columns_};
  }
  float& operator()(std::size_t row, std::size_t column) {
    return values_[row * columns_ + column];
  }
  float operator()(std::size_t row, std::size_t column) const {
    return values_[row * columns_ + column];
  }
  operator MatrixView() { return {data(), rows_, columns_}; }
  operator ConstMatrixView() const { return {data(), rows_, columns_}; }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  AlignedVector<float> values_;
};

}  // namespace terse::base
