// Limits on the size of data from outside. Each limit keeps a hostile or mistaken input from taking
// the machine down, and is far above the needs of a sensor table.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::data {

/// Columns of a table.
inline constexpr std::size_t columns_max = 65536;
/// Rows of a table: row numbers are std::uint32_t everywhere (see split.h).
inline constexpr std::uint64_t rows_max = UINT32_MAX;
/// One CSV record or ARFF line, quotes and line ends included.
inline constexpr std::size_t record_bytes_max = std::size_t{16} << 20;
/// Categories of an ARFF attribute: a float holds every index up to here exactly.
inline constexpr std::size_t categories_max = std::size_t{1} << 24;
/// Rows that fried:ROWS may ask for.
inline constexpr std::uint64_t fried_rows_max = 100'000'000;
/// An OpenML description (JSON).
inline constexpr std::uint64_t description_bytes_max = std::uint64_t{8} << 20;
/// An OpenML data file (ARFF).
inline constexpr std::uint64_t download_bytes_max = std::uint64_t{8} << 30;

}  // namespace terse::data
