// The tables that Encoder hands to its kernels: thresholds in the order in which each kind of
// kernel reads them. Plain data only, because these declarations are compiled once per instruction
// set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::quantize {

/// Vector kernels search a binary tree of 2^depth - 1 thresholds, `depth` comparisons a reading,
/// with one vector register holding one reading of many rows. Each level of the tree is a table
/// in registers, indexed by the outcomes so far, outcome of level j in bit j. Level k has 2^k
/// entries, in a slot of at least 16 floats:
///
///   level   0  1  2  3  4  5    6     7
///   floats 16 16 16 16 16 32   64   128
inline constexpr std::size_t tree_level_offset[] = {0, 16, 32, 48, 64, 80, 112, 176, 304};

/// Four neighbouring features with the same depth: their codes fill one 32-bit word a row.
struct EncodeQuad {
  std::size_t first_feature;
  std::size_t depth;  ///< 0..8
  std::size_t trees;  ///< index of the first of the four trees, one after the other
};

/// Sixteen features of one row at a time, for the plain kernel and for few thresholds. Sorted, then
/// +infinity; threshold k of feature l is table[k * 16 + l] up to side_by_side_depth_max, where all
/// are looked at, and table[l * (2^depth - 1) + k] beyond, where few are.
inline constexpr std::size_t side_by_side_depth_max = 4;
struct EncodeColumns {
  std::size_t first_feature;
  std::size_t count;  ///< features, 1..16
  std::size_t depth;  ///< 2^depth - 1 thresholds each
  std::size_t table;  ///< index of the first of them
};

/// Rows that vector kernels take through all features before they go on. A strip of wide rows is
/// short, because it must stay in the first-level cache; deep trees ask for a long one, which loads
/// them less often. Both are multiples of every vector's lanes.
inline constexpr std::size_t strip_rows_min = 16;
inline constexpr std::size_t strip_rows_max = 64;

struct EncodePlan {
  std::size_t features;
  std::size_t strip_rows;
  const EncodeQuad* quads;
  std::size_t quad_count;
  const float* trees;  ///< 64-byte aligned
  const EncodeColumns* columns;
  std::size_t columns_count;
  const float* tables;
};

/// readings: rows x features, row r at readings + r * stride. codes: rows x features, dense.
using EncodeRows = void(const EncodePlan& plan, const float* readings, std::size_t stride,
                        std::size_t rows, std::uint8_t* codes);

namespace baseline {
EncodeRows encode_rows;
}
namespace avx2 {
EncodeRows encode_rows;
}
namespace avx512 {
EncodeRows encode_rows;
}

}  // namespace terse::quantize
