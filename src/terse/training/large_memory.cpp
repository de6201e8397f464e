#include "terse/training/large_memory.h"

#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace terse::training {

base::AlignedVector<float> large_zeros(std::size_t count) {
  base::AlignedVector<float> values;
  values.reserve(count);
#if defined(__linux__)
  constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
  const auto begin = reinterpret_cast<std::uintptr_t>(values.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + count * sizeof(float)) / page * page;
  // Before the pages are touched, and only a hint: the result does not matter.
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
  values.resize(count);
  return values;
}

}  // namespace terse::training
