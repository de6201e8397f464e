// The products of the steps layer, see steps_kernels.h. A block of targets is a register tile of
// (targets x outputs x columns); sources stream past it.
#include "terse/simd/vector.h"
#include "terse/training/steps_kernels.h"

namespace terse::training::TERSE_KERNEL {
namespace {

using simd::TERSE_KERNEL::lanes;
using simd::TERSE_KERNEL::load;
using simd::TERSE_KERNEL::square_root;
using simd::TERSE_KERNEL::store;
using simd::TERSE_KERNEL::sum;
using simd::TERSE_KERNEL::tile_vectors;
using simd::TERSE_KERNEL::Vector;

constexpr std::size_t tile_columns = tile_vectors * lanes;

// Weights come from memory, in pieces too short for the hardware to see ahead of: while one tile
// is worked on, the next one is brought into the second-level cache.
inline void prefetch_tile(const float* row) {
  for (std::size_t column = 0; column < tile_columns; column += 16) {
    __builtin_prefetch(row + column, 0, 2);
  }
}

// Rows of 32 (or more) floats, addressed by index, seen from one tile's first column.
struct Rows {
  const float* data;
  std::size_t stride;
  const std::uint32_t* index;
  std::ptrdiff_t next;  // floats from here to what the next call will read, 0: nothing to fetch
  const float* row(std::size_t position) const { return data + index[position] * stride; }
};

// The running sums over all sources far to one side: the jump's (plain sum) and the six terms'.
struct FarState {
  Vector plain[tile_vectors];
  Vector terms[steps_terms][tile_vectors];
};

inline void clear(FarState& state) {
  for (auto& vector : state.plain) vector = Vector{};
  for (auto& term : state.terms) {
    for (auto& vector : term) vector = Vector{};
  }
}

// Moves the state to the next block: multiplication by exp(-l_k gap).
inline void decay(FarState& state, const TermTable& table, std::size_t block) {
  for (std::size_t v = 0; v < tile_vectors; ++v) {
    for (std::size_t k = 0; k < 2; ++k) state.terms[k][v] *= *table.at(k, block);
    for (std::size_t k = 2; k < steps_terms; k += 2) {
      const Vector real = state.terms[k][v];
      const Vector imaginary = state.terms[k + 1][v];
      const float cosine = *table.at(k, block);
      const float sine = *table.at(k + 1, block);
      state.terms[k][v] = real * cosine - imaginary * sine;
      state.terms[k + 1][v] = imaginary * cosine + real * sine;
    }
  }
}

template <bool fetch>
inline void deposit_terms(FarState& state, const Rows& sources, const TermTable& table,
                          std::size_t begin, std::size_t end) {
  for (std::size_t source = begin; source < end; ++source) {
    const float* row = sources.row(source);
    if (fetch && sources.next != 0) prefetch_tile(row + sources.next);
    for (std::size_t v = 0; v < tile_vectors; ++v) {
      const Vector value = load(row + v * lanes);
      state.plain[v] += value;
      for (std::size_t k = 0; k < steps_terms; ++k) {
        state.terms[k][v] += value * *table.at(k, source);
      }
    }
  }
}

// Four rows at a time, or every addition would wait for the last one.
inline void deposit_plain(FarState& state, const Rows& sources, std::size_t begin,
                          std::size_t end) {
  std::size_t source = begin;
  for (; source + 4 <= end; source += 4) {
    const float* row[4];
    for (std::size_t i = 0; i < 4; ++i) {
      row[i] = sources.row(source + i);
      if (sources.next != 0) prefetch_tile(row[i] + sources.next);
    }
    for (std::size_t v = 0; v < tile_vectors; ++v) {
      state.plain[v] += (load(row[0] + v * lanes) + load(row[1] + v * lanes)) +
                        (load(row[2] + v * lanes) + load(row[3] + v * lanes));
    }
  }
  for (; source < end; ++source) {
    const float* row = sources.row(source);
    if (sources.next != 0) prefetch_tile(row + sources.next);
    for (std::size_t v = 0; v < tile_vectors; ++v) state.plain[v] += load(row + v * lanes);
  }
}

template <std::size_t targets, std::size_t outputs>
struct Accumulator {
  Vector value[outputs][targets][tile_vectors];
};

// accumulator[o][t] += coefficient[o][t] * row
template <std::size_t targets, std::size_t outputs>
inline void add_product(Accumulator<targets, outputs>& accumulator, const Vector* row,
                        const float* step, const float* derivative) {
#pragma GCC unroll 8
  for (std::size_t t = 0; t < targets; ++t) {
#pragma GCC unroll 2
    for (std::size_t v = 0; v < tile_vectors; ++v) {
      accumulator.value[0][t][v] += row[v] * step[t];
      if constexpr (outputs == 2) accumulator.value[1][t][v] += row[v] * derivative[t];
    }
  }
}

template <std::size_t targets, std::size_t outputs>
inline void add_near(Accumulator<targets, outputs>& result, const StepsProgram& program,
                     const Rows& sources, std::size_t block) {
  const float* step = program.near_step + program.near_offset[block];
  const float* derivative =
      outputs == 2 ? program.near_derivative + program.near_offset[block] : nullptr;
  for (std::size_t source = program.near_begin[block]; source < program.near_end[block]; ++source) {
    const float* from = sources.row(source);
    Vector row[tile_vectors];
    for (std::size_t v = 0; v < tile_vectors; ++v) row[v] = load(from + v * lanes);
    add_product(result, row, step, derivative);
    step += targets;
    if constexpr (outputs == 2) derivative += targets;
  }
}

template <std::size_t targets, std::size_t outputs>
inline void add_far(Accumulator<targets, outputs>& result, const StepsProgram& program,
                    const FarState& left, const float* right, std::size_t block) {
  const std::size_t first = block * targets;
#pragma GCC unroll 1
  for (std::size_t k = 0; k < steps_terms; ++k) {
    add_product(result, left.terms[k], program.left_step.at(k, first),
                outputs == 2 ? program.left_derivative.at(k, first) : nullptr);
    Vector row[tile_vectors];
    for (std::size_t v = 0; v < tile_vectors; ++v) row[v] = load(right + v * lanes);
    add_product(result, row, program.right_step.at(k, first),
                outputs == 2 ? program.right_derivative.at(k, first) : nullptr);
    right += tile_columns;
  }
}

// The states of the sources to the right of every block, from the last block to the first.
void right_pass(const StepsProgram& program, const Rows& sources, float* states) {
  FarState state;
  clear(state);
  std::size_t begin = program.sources;
  for (std::size_t block = program.blocks; block-- > 0;) {
    if (block + 1 < program.blocks) decay(state, program.right_decay, block);
    const std::size_t end = begin;
    begin = program.near_end[block];
    deposit_terms<true>(state, sources, program.right_deposit, begin, end);
    float* to = states + block * steps_terms * tile_columns;
    for (std::size_t k = 0; k < steps_terms; ++k) {
      for (std::size_t v = 0; v < tile_vectors; ++v) {
        store(to + (k * tile_vectors + v) * lanes, state.terms[k][v]);
      }
    }
  }
}

// Calls finish(block, accumulator) for every block, first to last.
template <std::size_t targets, std::size_t outputs, bool exponential, typename Finish>
inline void left_pass(const StepsProgram& program, const Rows& sources, const float* right_states,
                      const Finish& finish) {
  FarState left;
  clear(left);
  std::size_t begin = 0;
  for (std::size_t block = 0; block < program.blocks; ++block) {
    const std::size_t end = program.near_begin[block];
    if constexpr (exponential) {
      if (block > 0) decay(left, program.left_decay, block);
      deposit_terms<false>(left, sources, program.left_deposit, begin, end);
    } else {
      deposit_plain(left, sources, begin, end);
    }
    begin = end;
    Accumulator<targets, outputs> result;
    for (std::size_t t = 0; t < targets; ++t) {
      for (std::size_t v = 0; v < tile_vectors; ++v) {
        result.value[0][t][v] = left.plain[v];
        if constexpr (outputs == 2) result.value[1][t][v] = Vector{};
      }
    }
    if constexpr (exponential) {
      add_far(result, program, left, right_states + block * steps_terms * tile_columns, block);
    }
    add_near(result, program, sources, block);
    finish(block, result);
  }
}

template <std::size_t targets, std::size_t outputs, typename Finish>
inline void all_blocks(const StepsProgram& program, const Rows& sources, float* right_states,
                       const Finish& finish) {
  if (program.exponential) {
    right_pass(program, sources, right_states);
    left_pass<targets, outputs, true>(program, sources, right_states, finish);
  } else {
    left_pass<targets, outputs, false>(program, sources, right_states, finish);
  }
}

inline void adam_vector(float* weights, float* first, float* second, Vector gradient,
                        const WeightTile& tile) {
  Vector m = load(first);
  Vector v = load(second);
  m += 0.1F * (gradient - m);
  v += 0.001F * (gradient * gradient - v);
  store(first, m);
  store(second, v);
  const Vector change = tile.step_size * m / (square_root(v) * tile.root_scale + 1e-8F);
  store(weights, tile.keep * load(weights) - change);
}

template <std::size_t targets, std::size_t outputs>
void backward(const StepsProgram& program, const float* source_data, std::size_t source_stride,
              const WeightTile& tile, float* derivative_sums, float* right_states) {
  for (std::size_t column = 0; column < steps_tile_columns; column += tile_columns) {
    const Rows sources{source_data + column, source_stride, program.source_index, 0};
    const auto finish = [&](std::size_t block, const Accumulator<targets, outputs>& result) {
      const std::size_t first = block * targets;
      const std::size_t count =
          program.targets - first < targets ? program.targets - first : targets;
      for (std::size_t t = 0; t < count; ++t) {
        const std::size_t j = program.target_index[first + t];
        const std::size_t at = j * tile.stride + column;
        if (tile.next != 0) {
          prefetch_tile(tile.weights + at + tile.next);
          prefetch_tile(tile.first_moment + at + tile.next);
          prefetch_tile(tile.second_moment + at + tile.next);
        }
        if constexpr (outputs == 2) {
          Vector product = load(tile.weights + at) * result.value[1][t][0];
          for (std::size_t v = 1; v < tile_vectors; ++v) {
            product += load(tile.weights + at + v * lanes) * result.value[1][t][v];
          }
          derivative_sums[j] += sum(product);
        }
        for (std::size_t v = 0; v < tile_vectors; ++v) {
          const Vector gradient = result.value[0][t][v];
          if (tile.gradient != nullptr) {
            store(tile.gradient + j * steps_tile_columns + column + v * lanes, gradient);
          } else {
            const std::size_t place = at + v * lanes;
            adam_vector(tile.weights + place, tile.first_moment + place, tile.second_moment + place,
                        gradient, tile);
          }
        }
      }
    };
    all_blocks<targets, outputs>(program, sources, right_states, finish);
  }
}

}  // namespace

void steps_forward(const StepsProgram& program, const float* sources, std::size_t source_stride,
                   std::ptrdiff_t next, float* output, std::size_t output_stride,
                   float* right_states) {
  for (std::size_t column = 0; column < steps_tile_columns; column += tile_columns) {
    const Rows rows{sources + column, source_stride, program.source_index, next};
    const auto finish = [&](std::size_t block, const Accumulator<forward_block, 1>& result) {
#pragma GCC unroll 8
      for (std::size_t t = 0; t < forward_block; ++t) {
        float* to =
            output + program.target_index[block * forward_block + t] * output_stride + column;
        for (std::size_t v = 0; v < tile_vectors; ++v) {
          store(to + v * lanes, load(to + v * lanes) + result.value[0][t][v]);
        }
      }
    };
    all_blocks<forward_block, 1>(program, rows, right_states, finish);
  }
}

void steps_backward(const StepsProgram& program, const float* sources, std::size_t source_stride,
                    const WeightTile& tile, float* derivative_sums, float* right_states) {
  backward<backward_block, 2>(program, sources, source_stride, tile, derivative_sums, right_states);
}

void steps_backward_hard(const StepsProgram& program, const float* sources,
                         std::size_t source_stride, const WeightTile& tile, float* right_states) {
  backward<hard_backward_block, 1>(program, sources, source_stride, tile, nullptr, right_states);
}

}  // namespace terse::training::TERSE_KERNEL
