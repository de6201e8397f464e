// Readings -> codes, once per instruction set. The vector kernels take four features of 16
// (AVX-512) or 8 (AVX2) rows: transposed in registers, each register then holds one feature of many
// rows, and the feature's thresholds are searched by permutations of a register, one comparison per
// bit of the code. Readings are read once, in order, with the next block fetched meanwhile.
#include "terse/quantize/encode_kernel.h"

#if defined(TERSE_KERNEL_baseline)

namespace terse::quantize::baseline {
namespace {

constexpr std::size_t width = 16;
// Up to here counting all thresholds, which compilers turn into vector code, beats searching.
constexpr std::size_t counted_depth_max = 4;

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
  for (std::size_t lane = 0; lane < width; ++lane) codes[lane] = 0;
  for (std::size_t step = std::size_t{1} << (depth - 1); step > 0; step /= 2) {
    for (std::size_t lane = 0; lane < width; ++lane) {
      const std::size_t probe = static_cast<std::size_t>(codes[lane]) + step - 1;
      codes[lane] += readings[lane] > table[probe * width + lane] ? static_cast<int>(step) : 0;
    }
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
      if (columns.depth <= counted_depth_max) {
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
constexpr std::size_t block_rows = 64;
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
Floats probe(const float* table, Words index, const Outcome* outcomes) {
  if constexpr (Bits == 0) {
    return everywhere(*table);
  } else if constexpr (Bits <= table_bits) {
    return entry<Bits>(table, index);
  } else {
    return chosen(outcomes[Bits - 1], probe<Bits - 1>(table, index, outcomes),
                  probe<Bits - 1>(table + (std::size_t{1} << (Bits - 1)), index, outcomes));
  }
}

/// The outcomes of all comparisons, the first one in the lowest bit.
template <int Depth, int Level = 0>
Words search(const float* tree, Floats reading, Words index, Outcome* outcomes) {
  if constexpr (Level == Depth) {
    return index;
  } else {
    const Floats thresholds = probe<Level>(tree + tree_level_offset[Level], index, outcomes);
    outcomes[Level] = above(reading, thresholds);
    index = with_bit(index, outcomes[Level], 1U << Level);
    return search<Depth, Level + 1>(tree, reading, index, outcomes);
  }
}

/// Codes of one reading in each of four features for groups * lanes rows: one word a row.
template <int Depth>
void encode_quad(const float* trees, const float* readings, std::size_t stride, std::size_t groups,
                 std::uint32_t* words) {
  constexpr std::size_t tree_floats = tree_level_offset[Depth];
  for (std::size_t group = 0; group < groups; ++group) {
    const float* first = readings + group * lanes * stride;
    Floats columns[quad_features];
    for (std::size_t row = 0; row < quad_features; ++row) {
      columns[row] = load_chunks(first + row * stride, stride);
    }
    transpose(columns);
    Outcome outcomes[Depth + 1];
    const auto found = [&](std::size_t feature) {
      return search<Depth>(trees + feature * tree_floats, columns[feature], zero(), outcomes);
    };
    Words codes = found(0);
    codes = either(codes, shifted_left<8>(found(1)));
    codes = either(codes, shifted_left<16>(found(2)));
    codes = either(codes, shifted_left<24>(found(3)));
    store(words + group * lanes, reversed<Depth>(codes));
  }
}

void encode_quad(const EncodePlan& plan, const EncodeQuad& quad, const float* readings,
                 std::size_t stride, std::size_t groups, std::uint32_t* words) {
  const float* trees = plan.trees + quad.trees;
  switch (quad.depth) {
    case 0:
      for (std::size_t word = 0; word < groups * lanes; ++word) words[word] = 0;
      return;
    case 1:
      return encode_quad<1>(trees, readings, stride, groups, words);
    case 2:
      return encode_quad<2>(trees, readings, stride, groups, words);
    case 3:
      return encode_quad<3>(trees, readings, stride, groups, words);
    case 4:
      return encode_quad<4>(trees, readings, stride, groups, words);
    case 5:
      return encode_quad<5>(trees, readings, stride, groups, words);
    case 6:
      return encode_quad<6>(trees, readings, stride, groups, words);
    case 7:
      return encode_quad<7>(trees, readings, stride, groups, words);
    default:
      return encode_quad<8>(trees, readings, stride, groups, words);
  }
}

/// Sixteen neighbouring features of every row, from four quads of words.
void write_group(const std::uint32_t (*words)[block_rows], std::size_t rows, std::uint8_t* codes,
                 std::size_t features) {
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

/// Asks for the part of the next block that is due while this group of quads is worked on.
class Prefetch {
 public:
  Prefetch(const float* first, std::size_t floats, std::size_t parts)
      : next_(reinterpret_cast<std::uintptr_t>(first)),
        end_(next_ + floats * sizeof(float)),
        part_bytes_((floats * sizeof(float) / parts / cache_line_bytes + 1) * cache_line_bytes) {}

  void part() {
    const std::uintptr_t until = next_ + part_bytes_ < end_ ? next_ + part_bytes_ : end_;
    for (; next_ < until; next_ += cache_line_bytes) {
      _mm_prefetch(reinterpret_cast<const char*>(next_), _MM_HINT_T0);
    }
  }

 private:
  std::uintptr_t next_;
  std::uintptr_t end_;
  std::uintptr_t part_bytes_;
};

/// rows: a multiple of lanes, at most block_rows. features >= quad_features.
void encode_block(const EncodePlan& plan, const float* readings, std::size_t stride,
                  std::size_t rows, std::uint8_t* codes, std::size_t floats_after) {
  alignas(64) std::uint32_t words[group_quads][block_rows];
  Prefetch prefetch(readings + rows * stride, floats_after, plan.quad_count);
  for (std::size_t start = 0; start < plan.quad_count; start += group_quads) {
    const std::size_t left = plan.quad_count - start;
    const std::size_t count = left < group_quads ? left : group_quads;
    const EncodeQuad* quads = plan.quads + start;
    for (std::size_t quad = 0; quad < count; ++quad) {
      prefetch.part();
      encode_quad(plan, quads[quad], readings + quads[quad].first_feature, stride, rows / lanes,
                  words[quad]);
    }
    const std::size_t first = quads[0].first_feature;
    if (count == group_quads && quads[count - 1].first_feature == first + 3 * quad_features) {
      write_group(words, rows, codes + first, plan.features);
      continue;
    }
    for (std::size_t quad = 0; quad < count; ++quad) {
      write_quad(words[quad], rows, quad_features, codes + quads[quad].first_feature,
                 plan.features);
    }
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
    encode_quad(plan, quad, copied, quad_features, 1, words);
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
    const std::size_t count = whole < block_rows ? whole : block_rows;
    const std::size_t after = rows - row - count < block_rows ? rows - row - count : block_rows;
    encode_block(plan, readings + row * stride, stride, count, codes + row * features,
                 after * stride);
    row += count;
  }
  if (row < rows) {
    // The last rows once more together with their neighbours above.
    row = rows - lanes;
    encode_block(plan, readings + row * stride, stride, lanes, codes + row * features, 0);
  }
}

}  // namespace terse::quantize::TERSE_KERNEL

#endif
