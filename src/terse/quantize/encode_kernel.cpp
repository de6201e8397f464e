// Readings -> codes, once per instruction set. Two ways to search, both with one comparison per bit
// of the code and no branch:
//
//   blended   few thresholds: a register holds one row's readings of 16 (AVX-512) or 8 (AVX2)
//             features, and the outcomes so far blend the thresholds to compare with next
//   permuted  many: four features of 16 or 8 rows are transposed in registers, so that each
//   register
//             holds one feature, and a permutation of the feature's thresholds looks the next ones
//             up
//
// Rows are taken in strips short enough for the first-level cache, read once, in order.
#include "terse/quantize/encode_kernel.h"

#if defined(TERSE_KERNEL_baseline)

namespace terse::quantize::baseline {
namespace {

constexpr std::size_t width = 16;

/// For few thresholds faster than searching, because compilers turn it into vector code.
void count_above(const float* readings, const float* table, std::size_t entries, int* codes) {
  for (std::size_t lane = 0; lane < width; ++lane) codes[lane] = 0;
  for (std::size_t entry = 0; entry < entries; ++entry) {
    const float* thresholds = table + entry * width;
    for (std::size_t lane = 0; lane < width; ++lane) {
      codes[lane] += readings[lane] > thresholds[lane] ? 1 : 0;
    }
  }
}

void search(const float* readings, const float* table, std::size_t depth, int* codes) {
  const std::size_t entries = (std::size_t{1} << depth) - 1;
  for (std::size_t lane = 0; lane < width; ++lane) {
    const float reading = readings[lane];
    const float* own = table + lane * entries;
    std::size_t code = 0;
    for (std::size_t step = std::size_t{1} << (depth - 1); step > 0; step /= 2) {
      // A product, because compilers make a branch of a choice, and it is guessed wrong half the
      // time.
      code += static_cast<std::size_t>(reading > own[code + step - 1]) * step;
    }
    codes[lane] = static_cast<int>(code);
  }
}

}  // namespace

void encode_rows(const EncodePlan& plan, const float* readings, std::size_t stride,
                 std::size_t rows, std::uint8_t* codes) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t index = 0; index < plan.columns_count; ++index) {
      const EncodeColumns& columns = plan.columns[index];
      const float* values = readings + row * stride + columns.first_feature;
      float copied[width] = {};
      if (columns.count < width) {
        for (std::size_t lane = 0; lane < columns.count; ++lane) copied[lane] = values[lane];
        values = copied;
      }
      const float* table = plan.tables + columns.table;
      int found[width];
      if (columns.depth <= side_by_side_depth_max) {
        count_above(values, table, (std::size_t{1} << columns.depth) - 1, found);
      } else {
        search(values, table, columns.depth, found);
      }
      std::uint8_t* place = codes + row * plan.features + columns.first_feature;
      for (std::size_t lane = 0; lane < columns.count; ++lane) {
        place[lane] = static_cast<std::uint8_t>(found[lane]);
      }
    }
  }
}

}  // namespace terse::quantize::baseline

#else

#include "terse/quantize/encode_lanes.h"

namespace terse::quantize::TERSE_KERNEL {
namespace {

constexpr std::size_t quad_features = 4;
constexpr std::size_t group_quads = 4;
constexpr std::size_t column_features = 16;
constexpr std::size_t cache_line_bytes = 64;

/// Bit reversal of a code of Depth bits, from its lower and its upper four bits.
template <int Depth>
struct Reversal {
  alignas(16) std::uint8_t low[16] = {};
  alignas(16) std::uint8_t high[16] = {};
  constexpr Reversal() {
    for (int nibble = 0; nibble < 16; ++nibble) {
      const int reversed = (nibble & 1) << 3 | (nibble & 2) << 1 | (nibble & 4) >> 1 | nibble >> 3;
      low[nibble] =
          static_cast<std::uint8_t>(Depth <= 4 ? reversed >> (4 - Depth) : reversed << (Depth - 4));
      high[nibble] = static_cast<std::uint8_t>(Depth <= 4 ? 0 : reversed >> (8 - Depth));
    }
  }
};
template <int Depth>
constexpr Reversal<Depth> reversal;

template <int Depth>
Words reversed(Words outcomes) {
  if constexpr (Depth <= 1) {
    return outcomes;
  } else if constexpr (Depth <= 4) {
    return looked_up(reversal<Depth>.low, outcomes);
  } else {
    const Words nibbles = everywhere(0x0F0F0F0FU);
    return either(looked_up(reversal<Depth>.low, both(outcomes, nibbles)),
                  looked_up(reversal<Depth>.high, both(shifted_right<4>(outcomes), nibbles)));
  }
}

/// table[index] for 2^Bits entries; bit b of the index is outcomes[b].
template <int Bits>
TERSE_INLINE Floats probe(const float* table, Words index, const Outcome* outcomes) {
  if constexpr (Bits == 0) {
    return everywhere(*table);
  } else if constexpr (Bits <= table_bits) {
    return entry<Bits>(table, index);
  } else {
    return chosen(outcomes[Bits - 1], probe<Bits - 1>(table, index, outcomes),
                  probe<Bits - 1>(table + (std::size_t{1} << (Bits - 1)), index, outcomes));
  }
}

/// Codes of one reading in each of four features for `lanes` rows: one word a row. The searches go
/// level by level together, because each alone mostly waits: a comparison needs the table entry,
/// the next entry needs the comparison.
template <int Depth, int Level = 0>
TERSE_INLINE void descend(const float* trees, const Floats* readings, Words* index,
                          Outcome (*outcomes)[Depth]) {
  if constexpr (Level < Depth) {
    Floats thresholds[quad_features];
    for (std::size_t feature = 0; feature < quad_features; ++feature) {
      const float* tree = trees + feature * tree_level_offset[Depth];
      thresholds[feature] =
          probe<Level>(tree + tree_level_offset[Level], index[feature], outcomes[feature]);
    }
    for (std::size_t feature = 0; feature < quad_features; ++feature) {
      outcomes[feature][Level] = above(readings[feature], thresholds[feature]);
      index[feature] = with_bit(index[feature], outcomes[feature][Level], 1U << Level);
    }
    descend<Depth, Level + 1>(trees, readings, index, outcomes);
  }
}

template <int Depth>
void encode_quad(const float* trees, const float* readings, std::size_t stride, std::size_t rows,
                 std::uint32_t* words) {
  for (std::size_t first = 0; first < rows; first += lanes) {
    Floats columns[quad_features];
    Words index[quad_features];
    for (std::size_t row = 0; row < quad_features; ++row) {
      columns[row] = load_chunks(readings + (first + row) * stride, stride);
      index[row] = zero();
    }
    transpose(columns);
    Outcome outcomes[quad_features][Depth];
    descend<Depth>(trees, columns, index, outcomes);
    const Words low = either(index[0], shifted_left<8>(index[1]));
    const Words high = either(index[2], shifted_left<8>(index[3]));
    store(words + first, reversed<Depth>(either(low, shifted_left<16>(high))));
  }
}

void encode_quad(const EncodePlan& plan, const EncodeQuad& quad, const float* readings,
                 std::size_t stride, std::size_t rows, std::uint32_t* words) {
  const float* trees = plan.trees + quad.trees;
  switch (quad.depth) {
    case 0:
      for (std::size_t word = 0; word < rows; ++word) words[word] = 0;
      return;
    case 1:
      return encode_quad<1>(trees, readings, stride, rows, words);
    case 2:
      return encode_quad<2>(trees, readings, stride, rows, words);
    case 3:
      return encode_quad<3>(trees, readings, stride, rows, words);
    case 4:
      return encode_quad<4>(trees, readings, stride, rows, words);
    case 5:
      return encode_quad<5>(trees, readings, stride, rows, words);
    case 6:
      return encode_quad<6>(trees, readings, stride, rows, words);
    case 7:
      return encode_quad<7>(trees, readings, stride, rows, words);
    default:
      return encode_quad<8>(trees, readings, stride, rows, words);
  }
}

/// The threshold to compare with at Level: of the 2^Level candidates of that level, in sorted
/// order, the one that the outcomes of the levels above point at.
template <int Depth, int Level>
TERSE_INLINE Floats blended(const Floats* thresholds, const Outcome* outcomes) {
  constexpr int candidates = 1 << Level;
  constexpr int distance = 1 << (Depth - Level);
  Floats chosen_so_far[candidates];
  for (int index = 0; index < candidates; ++index) {
    chosen_so_far[index] = thresholds[index * distance + distance / 2 - 1];
  }
  for (int level = 0; level < Level; ++level) {
    const int half = candidates >> (level + 1);
    for (int index = 0; index < half; ++index) {
      chosen_so_far[index] =
          chosen(outcomes[level], chosen_so_far[index], chosen_so_far[index + half]);
    }
  }
  return chosen_so_far[0];
}

template <int Depth, int Level = 0>
TERSE_INLINE Words blended_code(Floats reading, const Floats* thresholds, Outcome* outcomes,
                                Words code) {
  if constexpr (Level == Depth) {
    return code;
  } else {
    outcomes[Level] = above(reading, blended<Depth, Level>(thresholds, outcomes));
    code = with_bit(code, outcomes[Level], 1U << (Depth - 1 - Level));
    return blended_code<Depth, Level + 1>(reading, thresholds, outcomes, code);
  }
}

/// Sixteen features of all rows of a strip, thresholds in registers.
template <int Depth>
void encode_blended(const float* table, const float* readings, std::size_t stride, std::size_t rows,
                    std::uint8_t* codes, std::size_t features) {
  constexpr int entries = (1 << Depth) - 1;
  for (std::size_t lane = 0; lane < column_features; lane += lanes) {
    Floats thresholds[entries];
    for (int entry = 0; entry < entries; ++entry) {
      thresholds[entry] =
          load_row(table + static_cast<std::size_t>(entry) * column_features + lane);
    }
    for (std::size_t row = 0; row < rows; ++row) {
      Outcome outcomes[Depth];
      const Floats reading = load_row(readings + row * stride + lane);
      const Words code = blended_code<Depth>(reading, thresholds, outcomes, zero());
      store_codes(codes + row * features + lane, code);
    }
  }
}

void encode_blended(const EncodePlan& plan, const EncodeColumns& columns, const float* readings,
                    std::size_t stride, std::size_t rows, std::uint8_t* codes) {
  const float* table = plan.tables + columns.table;
  switch (columns.depth) {
    case 1:
      return encode_blended<1>(table, readings, stride, rows, codes, plan.features);
    case 2:
      return encode_blended<2>(table, readings, stride, rows, codes, plan.features);
    case 3:
      return encode_blended<3>(table, readings, stride, rows, codes, plan.features);
    default:
      return encode_blended<4>(table, readings, stride, rows, codes, plan.features);
  }
}

/// Sixteen neighbouring features of every row, from four quads of words.
void write_group(const std::uint32_t (*words)[strip_rows_max], std::size_t rows,
                 std::uint8_t* codes, std::size_t features) {
  for (std::size_t row = 0; row < rows; row += lanes) {
    Floats quads[group_quads];
    for (std::size_t quad = 0; quad < group_quads; ++quad) {
      quads[quad] = as_floats(load(words[quad] + row));
    }
    transpose(quads);
    for (std::size_t quad = 0; quad < group_quads; ++quad) {
      store_chunks(codes + (row + quad) * features, features, as_words(quads[quad]));
    }
  }
}

void write_quad(const std::uint32_t* words, std::size_t rows, std::size_t count,
                std::uint8_t* codes, std::size_t features) {
  if (count == quad_features) {
    for (std::size_t row = 0; row < rows; ++row) {
      __builtin_memcpy(codes + row * features, words + row, quad_features);
    }
    return;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t feature = 0; feature < count; ++feature) {
      codes[row * features + feature] = static_cast<std::uint8_t>(words[row] >> (8 * feature));
    }
  }
}

/// Asks for one share of the rows that come two strips later. Without it a strip's walk through its
/// columns leads the processor's own prefetching astray: 0.4 of the speed (81 x 4 bits, Zen 5).
void prefetch(std::uintptr_t first, std::size_t stride_bytes, std::size_t rows,
              std::size_t share_bytes) {
  for (std::size_t row = 0; row < rows; ++row, first += stride_bytes) {
    for (std::size_t byte = 0; byte < share_bytes; byte += cache_line_bytes) {
      _mm_prefetch(reinterpret_cast<const char*>(first + byte), _MM_HINT_T0);
    }
  }
}

/// The quads first .. first + count - 1, which begin with the same sixteen features.
void encode_permuted(const EncodePlan& plan, std::size_t first, std::size_t count,
                     const float* readings, std::size_t stride, std::size_t rows,
                     std::uint8_t* codes) {
  alignas(64) std::uint32_t words[group_quads][strip_rows_max];
  const EncodeQuad* quads = plan.quads + first;
  for (std::size_t quad = 0; quad < count; ++quad) {
    encode_quad(plan, quads[quad], readings + quads[quad].first_feature, stride, rows, words[quad]);
  }
  const std::size_t feature = quads[0].first_feature;
  if (count == group_quads && feature + column_features <= plan.features) {
    return write_group(words, rows, codes + feature, plan.features);
  }
  for (std::size_t quad = 0; quad < count; ++quad) {
    write_quad(words[quad], rows, quad_features, codes + quads[quad].first_feature, plan.features);
  }
}

/// rows: a multiple of lanes, at most strip_rows_max. features >= quad_features. rows_ahead: how
/// many rows follow two strips later.
void encode_strip(const EncodePlan& plan, const float* readings, std::size_t stride,
                  std::size_t rows, std::uint8_t* codes, std::size_t rows_ahead) {
  const std::size_t stride_bytes = stride * sizeof(float);
  const std::size_t share_bytes = plan.features * sizeof(float) / plan.columns_count;
  std::uintptr_t ahead = reinterpret_cast<std::uintptr_t>(readings) + 2 * rows * stride_bytes;
  for (std::size_t index = 0; index < plan.columns_count; ++index) {
    prefetch(ahead, stride_bytes, rows_ahead, share_bytes);
    ahead += share_bytes;
    const EncodeColumns& columns = plan.columns[index];
    if (columns.count == column_features && columns.depth >= 1 &&
        columns.depth <= blended_depth_max) {
      encode_blended(plan, columns, readings + columns.first_feature, stride, rows,
                     codes + columns.first_feature);
      continue;
    }
    const std::size_t first = index * group_quads;
    const std::size_t left = plan.quad_count - first;
    encode_permuted(plan, first, left < group_quads ? left : group_quads, readings, stride, rows,
                    codes);
  }
}

/// Fewer rows or features than the block code takes: through a copy with zeros beside.
void encode_few(const EncodePlan& plan, const float* readings, std::size_t stride, std::size_t rows,
                std::uint8_t* codes) {
  alignas(64) std::uint32_t words[lanes];
  for (std::size_t index = 0; index < plan.quad_count; ++index) {
    const EncodeQuad& quad = plan.quads[index];
    const std::size_t left = plan.features - quad.first_feature;
    const std::size_t count = left < quad_features ? left : quad_features;
    float copied[lanes * quad_features] = {};
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t feature = 0; feature < count; ++feature) {
        copied[row * quad_features + feature] =
            readings[row * stride + quad.first_feature + feature];
      }
    }
    encode_quad(plan, quad, copied, quad_features, lanes, words);
    write_quad(words, rows, count, codes + quad.first_feature, plan.features);
  }
}

}  // namespace

void encode_rows(const EncodePlan& plan, const float* readings, std::size_t stride,
                 std::size_t rows, std::uint8_t* codes) {
  const std::size_t features = plan.features;
  if (features < quad_features || rows < lanes) {
    for (std::size_t row = 0; row < rows; row += lanes) {
      const std::size_t count = rows - row < lanes ? rows - row : lanes;
      encode_few(plan, readings + row * stride, stride, count, codes + row * features);
    }
    return;
  }
  std::size_t row = 0;
  while (row + lanes <= rows) {
    const std::size_t whole = (rows - row) / lanes * lanes;
    const std::size_t count = whole < plan.strip_rows ? whole : plan.strip_rows;
    const std::size_t left = rows - row;
    const std::size_t ahead = left > 2 * count ? left - 2 * count : 0;
    encode_strip(plan, readings + row * stride, stride, count, codes + row * features,
                 ahead < count ? ahead : count);
    row += count;
  }
  if (row < rows) {
    // The last rows once more together with their neighbours above.
    row = rows - lanes;
    encode_strip(plan, readings + row * stride, stride, lanes, codes + row * features, 0);
  }
}

}  // namespace terse::quantize::TERSE_KERNEL

#endif
