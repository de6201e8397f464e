// How fast readings become codes, against the physical limit (reading the same buffer from memory
// in the same run, one thread) and against two peers: std::lower_bound and a branchless scalar
// search. Codes are compared with counting before anything is timed. Rounds alternate between the
// candidates; the figure of each is its median, the spread the distance of its quartiles over the
// median.
//
//   encode_bench [--json]
#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/matrix.h"
#include "terse/base/random.h"
#include "terse/quantize/encode.h"

namespace {

using terse::base::AlignedVector;
using terse::base::InstructionSet;
using terse::quantize::Code;
using terse::quantize::Thresholds;

struct Size {
  std::size_t features;
  unsigned bits;
};
constexpr Size sizes[] = {{8, 2}, {21, 4}, {81, 4}, {81, 8}};
constexpr std::size_t small_bytes = std::size_t{256} << 10;  // of readings: second-level cache
constexpr std::size_t large_bytes = std::size_t{128} << 20;  // beyond every cache
constexpr std::size_t peer_rows_max = 5000;                  // peers are slow and need no more
constexpr int rounds = 11;

struct Problem {
  Thresholds thresholds;  // sorted
  AlignedVector<float> readings;
  std::vector<Code> codes;
  std::size_t features = 0;
  std::size_t rows = 0;
};

Problem problem_of(const Size& size, std::size_t bytes) {
  terse::base::Random random(7);
  Problem problem;
  problem.features = size.features;
  problem.rows = bytes / (size.features * sizeof(float));
  for (std::size_t feature = 0; feature < size.features; ++feature) {
    std::vector<float> values((std::size_t{1} << size.bits) - 1);
    for (float& value : values) value = static_cast<float>(random.normal());
    std::sort(values.begin(), values.end());
    problem.thresholds.add_feature(values);
  }
  problem.readings.resize(problem.rows * size.features);
  // A table of a million normal numbers, shuffled by steps: making each anew takes too long.
  std::vector<float> normal(1 << 20);
  for (float& value : normal) value = static_cast<float>(random.normal());
  std::size_t place = 0;
  for (float& reading : problem.readings) {
    place = (place * 5 + 12345) % normal.size();
    reading = normal[place];
  }
  problem.codes.resize(problem.readings.size());
  return problem;
}

/// Makes the compiler believe that the value is used.
void keep(std::uint32_t value) {
  __asm__ volatile("" : : "r"(value) : "memory");
}

/// Sum of all words in independent accumulators and the widest vectors: as fast as one thread
/// reads.
#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
std::uint32_t
read_all(const AlignedVector<float>& values) {
  constexpr std::size_t width = 128;
  std::uint32_t sums[width] = {};
  const std::size_t whole = values.size() / width * width;
  for (std::size_t start = 0; start < whole; start += width) {
    std::uint32_t words[width];
    std::memcpy(words, values.data() + start, sizeof words);
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += words[lane];
  }
  std::uint32_t sum = 0;
  for (const std::uint32_t value : sums) sum += value;
  return sum;
}

void encode_lower_bound(const Problem& problem, std::size_t rows, Code* codes) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t feature = 0; feature < problem.features; ++feature) {
      const auto own = problem.thresholds.of(feature);
      const std::size_t index = row * problem.features + feature;
      const auto found = std::lower_bound(own.begin(), own.end(), problem.readings[index]);
      codes[index] = static_cast<Code>(found - own.begin());
    }
  }
}

void encode_branchless(const Problem& problem, std::size_t rows, Code* codes) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t feature = 0; feature < problem.features; ++feature) {
      const float* own = problem.thresholds.of(feature).data();
      const std::size_t index = row * problem.features + feature;
      const float reading = problem.readings[index];
      std::size_t code = 0;
      for (std::size_t step = problem.thresholds.levels(feature) / 2; step > 0; step /= 2) {
        code += static_cast<std::size_t>(reading > own[code + step - 1]) * step;
      }
      codes[index] = static_cast<Code>(code);
    }
  }
}

struct Candidate {
  std::string name;
  std::size_t rows;
  std::function<void()> run;
  std::vector<double> seconds;  // per row
};

double seconds_of(const std::function<void()>& run, std::size_t times) {
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t time = 0; time < times; ++time) run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return taken.count() / static_cast<double>(times);
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// Median over the rounds: what else the machine does then slows both.
double ratio(const std::vector<double>& one, const std::vector<double>& other) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < one.size(); ++round) {
    ratios.push_back(one[round] / other[round]);
  }
  return quantile(ratios, 0.5);
}

void measure(std::vector<Candidate>& candidates) {
  std::vector<std::size_t> times;
  for (Candidate& candidate : candidates) {
    const double once = seconds_of(candidate.run, 1);
    times.push_back(static_cast<std::size_t>(2e-3 / std::max(once, 1e-9)) + 1);
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t index = 0; index < candidates.size(); ++index) {
      Candidate& candidate = candidates[index];
      candidate.seconds.push_back(seconds_of(candidate.run, times[index]) /
                                  static_cast<double>(candidate.rows));
    }
  }
}

/// Throws if any instruction set or peer disagrees with counting.
void require_equal(const Problem& problem, const std::vector<Code>& codes, std::size_t rows,
                   const std::string& who) {
  for (std::size_t index = 0; index < rows * problem.features; ++index) {
    const auto own = problem.thresholds.of(index % problem.features);
    if (codes[index] != terse::quantize::code_of(problem.readings[index], own)) {
      throw std::runtime_error(fmt::format("{} disagrees with counting at value {}", who, index));
    }
  }
}

std::vector<Candidate> candidates_of(Problem& problem, const terse::quantize::Encoder& encoder) {
  const std::size_t few = std::min(problem.rows, peer_rows_max);
  std::vector<Candidate> candidates;
  candidates.push_back({"read", problem.rows, [&] { keep(read_all(problem.readings)); }, {}});
  for (const InstructionSet set : terse::base::supported_instruction_sets()) {
    candidates.push_back(
        {std::string(terse::base::name(set)),
         problem.rows,
         [&, set] {
           terse::base::force_instruction_set(set);
           encoder.encode({problem.readings.data(), problem.rows, problem.features}, problem.codes);
         },
         {}});
  }
  candidates.push_back({"lower_bound",
                        few,
                        [&, few] { encode_lower_bound(problem, few, problem.codes.data()); },
                        {}});
  candidates.push_back(
      {"branchless", few, [&, few] { encode_branchless(problem, few, problem.codes.data()); }, {}});
  const std::size_t checked = std::min<std::size_t>(problem.rows, 3000);
  for (std::size_t index = 1; index < candidates.size(); ++index) {
    std::fill(problem.codes.begin(), problem.codes.end(), Code{0xEE});
    candidates[index].run();
    require_equal(problem, problem.codes, checked, candidates[index].name);
  }
  return candidates;
}

void report(const Size& size, const char* where, const Problem& problem,
            const std::vector<Candidate>& candidates, bool json) {
  const double row_bytes = static_cast<double>(problem.features * sizeof(float));
  const auto& read = candidates[0].seconds;
  const auto& lower_bound = candidates[candidates.size() - 2].seconds;
  const auto& branchless = candidates[candidates.size() - 1].seconds;
  for (const Candidate& candidate : candidates) {
    const double median = quantile(candidate.seconds, 0.5);
    const double spread =
        (quantile(candidate.seconds, 0.75) - quantile(candidate.seconds, 0.25)) / median;
    fmt::print(fmt::runtime(
                   json ? "{{\"features\":{},\"bits\":{},\"input\":\"{}\",\"candidate\":\"{}\","
                          "\"rows_per_second\":{:.4g},\"input_gb_per_second\":{:.3g},\"share_of_"
                          "read\":{:.3f},"
                          "\"vs_lower_bound\":{:.2f},\"vs_branchless\":{:.2f},\"spread\":{:.3f}}}\n"
                        : "{:>8} {:>4}  {:<5} {:<12} {:>10.4g} {:>8.3g} {:>8.3f} {:>8.2f} {:>8.2f} "
                          "{:>7.3f}\n"),
               size.features, size.bits, where, candidate.name, 1 / median,
               row_bytes / median / 1e9, ratio(read, candidate.seconds),
               ratio(lower_bound, candidate.seconds), ratio(branchless, candidate.seconds), spread);
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  const bool json = argument_count > 1 && std::strcmp(arguments[1], "--json") == 0;
  if (!json) {
    fmt::print("{:>8} {:>4}  {:<5} {:<12} {:>10} {:>8} {:>8} {:>8} {:>8} {:>7}\n", "features",
               "bits", "input", "candidate", "rows/s", "GB/s in", "of read", "x lower", "x branch",
               "spread");
  }
  for (const Size& size : sizes) {
    for (const bool large : {false, true}) {
      Problem problem = problem_of(size, large ? large_bytes : small_bytes);
      const terse::quantize::Encoder encoder(problem.thresholds);
      std::vector<Candidate> candidates = candidates_of(problem, encoder);
      measure(candidates);
      report(size, large ? "large" : "small", problem, candidates, json);
    }
  }
  return 0;
}
