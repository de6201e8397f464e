// The lines of scipy_values.csv, which scipy_values.py writes.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace terse::stats {

/// One line: its fields behind the kind, each a word or a list of numbers.
struct ScipyLine {
  std::vector<std::string> fields;

  std::vector<double> numbers(std::size_t field) const {
    std::istringstream text(fields.at(field));
    std::vector<double> values;
    for (double value = 0; text >> value;) values.push_back(value);
    return values;
  }
  double number(std::size_t field) const { return numbers(field).at(0); }
};

/// All lines of a kind; at least one.
inline std::vector<ScipyLine> scipy_lines(const std::string& kind) {
  std::ifstream file(TERSE_SOURCE_DIR "/tests/stats/scipy_values.csv");
  std::vector<ScipyLine> lines;
  for (std::string text; std::getline(file, text);) {
    std::istringstream rest(text);
    std::string field;
    std::getline(rest, field, ';');
    if (field != kind) continue;
    ScipyLine line;
    while (std::getline(rest, field, ';')) line.fields.push_back(field);
    lines.push_back(std::move(line));
  }
  EXPECT_FALSE(lines.empty()) << kind;
  return lines;
}

}  // namespace terse::stats
