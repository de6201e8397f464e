#include "terse/base/cpu.h"

#include <atomic>
#include <cstdlib>
#include <string>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::base {
namespace {

constexpr int undecided = -1;
std::atomic<int> chosen{undecided};

bool supported(InstructionSet set) {
#if defined(__x86_64__)
  switch (set) {
    case InstructionSet::baseline:
      return true;
    case InstructionSet::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi2");
    case InstructionSet::avx512:
      return supported(InstructionSet::avx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi");
  }
  return false;
#else
  return set == InstructionSet::baseline;
#endif
}

InstructionSet decide() {
  const auto sets = supported_instruction_sets();
  const char* wanted = std::getenv("TERSE_SIMD");
  if (wanted == nullptr || *wanted == '\0') return sets.back();
  for (const InstructionSet set : sets) {
    if (name(set) == wanted) return set;
  }
  throw InputError("TERSE_SIMD", "",
                   text::in_quotes(wanted) + " is not an instruction set this processor has",
                   "use baseline, avx2 or avx512, or unset it");
}

}  // namespace

InstructionSet instruction_set() {
  int value = chosen.load(std::memory_order_relaxed);
  if (value == undecided) {
    value = static_cast<int>(decide());
    chosen.store(value, std::memory_order_relaxed);
  }
  return static_cast<InstructionSet>(value);
}

void force_instruction_set(InstructionSet set) {
  if (!supported(set)) {
    throw InputError("instruction set", "", text::in_quotes(name(set)) + " is not supported here",
                     "");
  }
  chosen.store(static_cast<int>(set), std::memory_order_relaxed);
}

std::vector<InstructionSet> supported_instruction_sets() {
  std::vector<InstructionSet> sets;
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (supported(set)) sets.push_back(set);
  }
  return sets;
}

std::string_view name(InstructionSet set) {
  switch (set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      return "avx512";
  }
  return "unknown";
}

}  // namespace terse::base
