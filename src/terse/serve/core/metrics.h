// The numbers at /metrics: each part of the server registers its own families here, and text()
// writes all of them as Prometheus reads them (exposition format 0.0.4).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::core {

/// Only rises. Safe from any thread.
class Counter {
 public:
  void add(std::uint64_t more = 1) noexcept { value_ += more; }
  std::uint64_t value() const noexcept { return value_; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Rises and falls. Safe from any thread.
class Gauge {
 public:
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  /// more: may be negative, down to the value.
  void change(std::int64_t more) noexcept { value_ += static_cast<std::uint64_t>(more); }
  std::uint64_t value() const noexcept { return value_; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Counts observations by size. Safe from any thread.
class Histogram {
 public:
  /// bounds: of the buckets, rising; what is above the last goes into a bucket of its own.
  explicit Histogram(std::vector<double> bounds);
  /// value: not negative.
  void observe(double value) noexcept;
  const std::vector<double>& bounds() const noexcept { return bounds_; }
  /// Of the bucket of this number alone; bounds().size() is that of what is above all.
  std::uint64_t count(std::size_t bucket) const { return counts_.at(bucket); }
  double sum() const noexcept { return static_cast<double>(billionths_) * 1e-9; }

 private:
  std::vector<double> bounds_;
  std::deque<std::atomic<std::uint64_t>> counts_;
  std::atomic<std::uint64_t> billionths_{0};  ///< the sum of what was observed
};

struct Label {
  std::string name;
  std::string value;
};

/// Series that differ in their labels alone.
struct Family {
  std::string name;
  std::string help;  ///< one line
  /// The text holds the families by rising place, and those of one place as they were registered:
  /// its order does not depend on which part of the server starts first.
  int place = 0;
};

/// The registry. A series is registered by being asked for, and is in the text from then on, at
/// zero first; asking again gives the same one. It lives as long as the registry. Safe from any
/// thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  Counter& counter(const Family& family, const std::vector<Label>& labels = {});
  Gauge& gauge(const Family& family, const std::vector<Label>& labels = {});
  Histogram& histogram(const Family& family, const std::vector<double>& bounds,
                       const std::vector<Label>& labels = {});
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The value of a label as the text holds it between quotation marks.
std::string label_text(std::string_view value);

}  // namespace terse::serve::core
