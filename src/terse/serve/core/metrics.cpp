#include "terse/serve/core/metrics.h"

#include <fmt/core.h>

#include <array>
#include <map>
#include <mutex>
#include <variant>

#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

struct Series {
  template <typename Kind, typename... Arguments>
  Series(std::string labels_, std::in_place_type_t<Kind> kind, const Arguments&... arguments)
      : labels(std::move(labels_)), value(kind, arguments...) {}

  std::string labels;  ///< as in the text, without braces
  std::variant<Counter, Gauge, Histogram> value;
};

constexpr std::array<std::string_view, 3> type_names = {"counter", "gauge", "histogram"};

struct RegisteredFamily {
  Family family;
  std::deque<Series> series;  ///< at least one, all of one kind; their addresses stay
};

std::string labels_text(const std::vector<Label>& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, label_text(value));
  }
  return text;
}

std::string in_braces(const std::string& labels) {
  return labels.empty() ? "" : "{" + labels + "}";
}

std::string lines_of(const std::string& name, const std::string& labels,
                     const Histogram& histogram) {
  const std::string before = labels.empty() ? "" : labels + ",";
  std::string text;
  std::uint64_t sum = 0;
  const std::vector<double>& bounds = histogram.bounds();
  for (std::size_t bucket = 0; bucket <= bounds.size(); ++bucket) {
    sum += histogram.count(bucket);
    const std::string bound = bucket < bounds.size() ? fmt::format("{}", bounds[bucket]) : "+Inf";
    text += fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, before, bound, sum);
  }
  return text + fmt::format("{0}_sum{1} {2:.9f}\n{0}_count{1} {3}\n", name, in_braces(labels),
                            histogram.sum(), sum);
}

template <typename Number>
std::string lines_of(const std::string& name, const std::string& labels, const Number& number) {
  return fmt::format("{}{} {}\n", name, in_braces(labels), number.value());
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

void Histogram::observe(double value) noexcept {
  std::size_t bucket = 0;
  while (bucket < bounds_.size() && value > bounds_[bucket]) ++bucket;
  ++counts_[bucket];
  billionths_ += static_cast<std::uint64_t>(value * 1e9);
}

std::string label_text(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

struct Metrics::State {
  template <typename Kind, typename... Arguments>
  Kind& find_or_add(const Family& family, const std::vector<Label>& labels,
                    const Arguments&... arguments) {
    const std::lock_guard lock(mutex);
    std::deque<Series>& series = series_of(family);
    const std::string text = labels_text(labels);
    for (Series& each : series) {
      if (each.labels == text) return of_kind<Kind>(each);
    }
    series.emplace_back(text, std::in_place_type<Kind>, arguments...);
    of_kind<Kind>(series.front());
    return of_kind<Kind>(series.back());
  }

  template <typename Kind>
  static Kind& of_kind(Series& series) {
    TERSE_CHECK(std::holds_alternative<Kind>(series.value));
    return std::get<Kind>(series.value);
  }

  std::deque<Series>& series_of(const Family& family) {
    for (auto& [place, each] : families) {
      if (each.family.name == family.name) return each.series;
    }
    return families.emplace(family.place, RegisteredFamily{family, {}})->second.series;
  }

  mutable std::mutex mutex;
  std::multimap<int, RegisteredFamily> families;  ///< by place
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}

Metrics::~Metrics() = default;

Counter& Metrics::counter(const Family& family, const std::vector<Label>& labels) {
  return state_->find_or_add<Counter>(family, labels);
}

Gauge& Metrics::gauge(const Family& family, const std::vector<Label>& labels) {
  return state_->find_or_add<Gauge>(family, labels);
}

Histogram& Metrics::histogram(const Family& family, const std::vector<double>& bounds,
                              const std::vector<Label>& labels) {
  return state_->find_or_add<Histogram>(family, labels, bounds);
}

std::string Metrics::text() const {
  const std::lock_guard lock(state_->mutex);
  std::string text;
  for (const auto& [place, each] : state_->families) {
    const std::string& name = each.family.name;
    const std::string_view type = type_names[each.series.front().value.index()];
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, each.family.help, type);
    for (const Series& series : each.series) {
      text += std::visit([&](const auto& value) { return lines_of(name, series.labels, value); },
                         series.value);
    }
  }
  return text;
}

}  // namespace terse::serve::core
