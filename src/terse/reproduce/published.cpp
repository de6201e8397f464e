#include "terse/reproduce/published.h"

#include <cmath>
#include <string_view>

#include "terse/base/error.h"
#include "terse/quantize/schedule.h"
#include "terse/reproduce/assets.h"
#include "terse/stats/interval.h"
#include "terse/text/number.h"

namespace terse::reproduce {
namespace {

using Fields = std::vector<std::string_view>;

std::string_view next_until(std::string_view& text, char end) {
  const std::size_t stop = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, stop);
  text.remove_prefix(std::min(stop + 1, text.size()));
  return part;
}

// Rows without comments and header. The files are ours: what does not fit is a defect of the build.
std::vector<Fields> rows_of(std::string_view text, std::size_t columns) {
  std::vector<Fields> rows;
  bool header = true;
  while (!text.empty()) {
    std::string_view line = next_until(text, '\n');
    if (line.empty() || line.starts_with('#')) continue;
    if (std::exchange(header, false)) continue;
    Fields fields;
    while (!line.empty()) fields.push_back(next_until(line, ','));
    TERSE_CHECK(fields.size() == columns);
    rows.push_back(std::move(fields));
  }
  return rows;
}

template <typename T>
T number(std::string_view text) {
  const auto value = text::parse_number<T>(text);
  TERSE_CHECK(value.has_value());
  return *value;
}

std::vector<PublishedTraining> read_trainings() {
  std::vector<PublishedTraining> result;
  for (const Fields& row : rows_of(assets::trainings(), 12)) {
    const auto method = quantize::parse_method(row[2]);
    TERSE_CHECK(method.has_value());
    result.push_back({std::string(row[0]), number<unsigned>(row[1]), *method,
                      number<std::size_t>(row[3]), number<std::size_t>(row[4]),
                      number<unsigned>(row[5]), number<double>(row[6]), number<double>(row[7]),
                      number<double>(row[8]), number<double>(row[9]), number<double>(row[10]),
                      number<double>(row[11])});
  }
  return result;
}

std::vector<PublishedSchedule> read_schedules() {
  std::vector<PublishedSchedule> result;
  for (const Fields& row : rows_of(assets::schedules(), 5)) {
    const auto schedule = quantize::parse_schedule(row[2]);
    TERSE_CHECK(schedule.has_value());
    result.push_back({std::string(row[0]), number<unsigned>(row[1]), *schedule,
                      number<double>(row[3]), number<double>(row[4])});
  }
  return result;
}

std::vector<PublishedData> read_data() {
  std::vector<PublishedData> result;
  for (const Fields& row : rows_of(assets::datasets(), 4)) {
    result.push_back({std::string(row[0]), number<std::size_t>(row[1]), number<std::size_t>(row[2]),
                      number<unsigned>(row[3])});
  }
  return result;
}

}  // namespace

stats::Interval PublishedTraining::interval() const {
  const double splits = published_splits;
  return {mse, stats::t_quantile(0.975, splits - 1) * deviation / std::sqrt(splits)};
}

const std::vector<PublishedTraining>& published_trainings() {
  static const std::vector<PublishedTraining> trainings = read_trainings();
  return trainings;
}

const std::vector<PublishedSchedule>& published_schedules() {
  static const std::vector<PublishedSchedule> schedules = read_schedules();
  return schedules;
}

const std::vector<PublishedData>& published_data() {
  static const std::vector<PublishedData> data = read_data();
  return data;
}

const PublishedTraining* find_published(const std::string& data, quantize::Method method,
                                        unsigned bits) {
  if (method == quantize::Method::fp) bits = 0;
  for (const PublishedTraining& training : published_trainings()) {
    if (training.data == data && training.method == method && training.bits == bits) {
      return &training;
    }
  }
  return nullptr;
}

}  // namespace terse::reproduce
