// Reading CSV against the bandwidth of reading the same file: how much of the disk's (here: the
// page cache's) speed the parser leaves. Three kinds of table: short decimals, full float digits,
// text among numbers.
//   read_csv_bench [megabytes]
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "terse/base/random.h"
#include "terse/data/csv.h"

namespace {

using terse::data::Frame;

constexpr std::size_t columns = 20;
constexpr int repeats = 5;

struct Sample {
  std::string name;
  std::string text;
  std::vector<float> first_column;  // what the reader must find there
};

void append_number(std::string& text, float value) {
  char digits[64];
  const auto [stop, error] = std::to_chars(digits, digits + sizeof digits, value);
  text.append(digits, stop);
}

Sample make_sample(const std::string& name, std::size_t bytes, double scale, bool with_text) {
  Sample sample{name, "", {}};
  for (std::size_t column = 0; column < columns; ++column) {
    sample.text += (column == 0 ? "x" : ",x") + std::to_string(column);
  }
  sample.text += '\n';
  terse::base::Random random(1);
  while (sample.text.size() < bytes) {
    for (std::size_t column = 0; column < columns; ++column) {
      if (column > 0) sample.text += ',';
      if (with_text && column == columns - 1) {
        sample.text += "\"a \"\"quoted\"\" word, and more\"";
        continue;
      }
      double number = random.normal();
      if (scale > 0) number = std::round(number * scale) / scale;
      const float value = static_cast<float>(number);
      append_number(sample.text, value);
      if (column == 0) sample.first_column.push_back(value);
    }
    sample.text += '\n';
  }
  return sample;
}

double best_seconds(const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    best = std::min(best, taken.count());
  }
  return best;
}

// The plain loop; it knows no quotes, no gaps and no wrong input.
std::vector<std::vector<float>> read_plainly(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<std::vector<float>> values(columns);
  while (std::getline(file, line)) {
    char* at = line.data();
    for (std::vector<float>& column : values) {
      column.push_back(std::strtof(at, &at));
      ++at;
    }
  }
  return values;
}

void run(const Sample& sample, const std::filesystem::path& path) {
  std::ofstream(path, std::ios::binary) << sample.text;
  const Frame frame =
      terse::data::read_csv(*terse::data::open_file(path.string()), path.string(), {});
  if (frame.columns[0].values != sample.first_column) {
    std::printf("%s: the values read are not those written\n", sample.name.c_str());
    std::exit(1);
  }
  const double reading = best_seconds([&] {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> block(std::size_t{256} << 10);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size()))) {
    }
  });
  const double parsing = best_seconds(
      [&] { terse::data::read_csv(*terse::data::open_file(path.string()), path.string(), {}); });
  double plain = 0;
  if (sample.text.find('"') == std::string::npos) {
    if (read_plainly(path)[0] != sample.first_column) std::exit(1);
    plain = best_seconds([&] { read_plainly(path); });
  }
  const double megabytes = static_cast<double>(sample.text.size()) / 1e6;
  const double cells = static_cast<double>(frame.rows * columns);
  char compared[64] = "          - |         -";
  if (plain > 0) {
    std::snprintf(compared, sizeof compared, "%10.0f | %9.2f", megabytes / plain, plain / parsing);
  }
  std::printf("| %-16s | %4.0f | %9.0f | %8.0f | %s | %9.1f |\n", sample.name.c_str(), megabytes,
              megabytes / reading, megabytes / parsing, compared, parsing * 1e9 / cells);
}

}  // namespace

int main(int argument_count, char** arguments) {
  const double megabytes = argument_count > 1 ? std::atof(arguments[1]) : 50.0;
  const auto bytes = static_cast<std::size_t>(megabytes * 1e6);
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / "terse_read_csv_bench.csv";
  std::printf(
      "| table            |   MB | read MB/s | csv MB/s | plain MB/s | csv/plain | ns a cell |\n");
  std::printf(
      "|------------------|------|-----------|----------|------------|-----------|-----------|\n");
  run(make_sample("three decimals", bytes, 1e3, false), path);
  run(make_sample("all float digits", bytes, 0, false), path);
  run(make_sample("quoted text too", bytes, 1e3, true), path);
  std::filesystem::remove(path);
  return 0;
}
