// What must hold for every frame that a reader gives, however strange its input was.
#pragma once

#include <bit>
#include <cmath>
#include <functional>
#include <string>

#include "terse/base/error.h"
#include "terse/data/bytes.h"
#include "terse/data/frame.h"

namespace terse::fuzz {

/// The input in pieces of one size, so that the boundaries between blocks move.
class Pieces : public data::ByteSource {
 public:
  Pieces(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}

  std::size_t read(char* to, std::size_t capacity) override {
    const std::size_t count = bytes_.copy(to, std::min(capacity, piece_));
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

struct Outcome {
  data::Frame frame;
  std::string error;  // of the InputError, if there was one
};

inline Outcome outcome_of(const std::function<data::Frame()>& read) {
  try {
    return {read(), ""};
  } catch (const base::InputError& error) {
    TERSE_CHECK(error.what()[0] != '\0');
    return {{}, error.what()};
  }
}

inline void check_column(const data::Frame& frame, const data::Column& column) {
  TERSE_CHECK(column.values.size() == frame.rows);
  for (const data::CellMark* mark :
       {&column.first_text, &column.first_gap, &column.first_infinity}) {
    TERSE_CHECK(!mark->present || mark->row < frame.rows);
  }
  for (std::size_t row = 0; row < frame.rows; ++row) {
    const float value = column.values[row];
    // A value that is no number is announced by a mark at its row or before it.
    if (std::isnan(value)) {
      TERSE_CHECK((column.first_text.present && column.first_text.row <= row) ||
                  (column.first_gap.present && column.first_gap.row <= row));
    } else if (std::isinf(value)) {
      TERSE_CHECK(column.first_infinity.present && column.first_infinity.row <= row);
    } else if (!column.categories.empty()) {
      TERSE_CHECK(value >= 0 && value < static_cast<float>(column.categories.size()));
    }
  }
}

inline void check_frame(const data::Frame& frame) {
  TERSE_CHECK(!frame.columns.empty());
  TERSE_CHECK(frame.lines.size() == frame.rows);
  for (std::size_t row = 1; row < frame.rows; ++row) {
    TERSE_CHECK(frame.lines[row - 1] < frame.lines[row]);
  }
  for (const data::Column& column : frame.columns) check_column(frame, column);
}

inline void check_same(const Outcome& a, const Outcome& b) {
  TERSE_CHECK(a.error == b.error);
  TERSE_CHECK(a.frame.rows == b.frame.rows && a.frame.lines == b.frame.lines);
  TERSE_CHECK(a.frame.columns.size() == b.frame.columns.size());
  for (std::size_t index = 0; index < a.frame.columns.size(); ++index) {
    const data::Column& x = a.frame.columns[index];
    const data::Column& y = b.frame.columns[index];
    TERSE_CHECK(x.name == y.name && x.categories == y.categories);
    TERSE_CHECK(x.first_text.text == y.first_text.text);
    for (std::size_t row = 0; row < a.frame.rows; ++row) {
      TERSE_CHECK(std::bit_cast<std::uint32_t>(x.values[row]) ==
                  std::bit_cast<std::uint32_t>(y.values[row]));
    }
  }
}

/// Reads the input whole and in small pieces; both must end the same way, in an InputError or in a
/// frame in good order. Gives the frame, if there is one.
template <typename Read>
Outcome check_reader(std::string_view text, const Read& read) {
  data::MemoryBytes whole(text);
  const Outcome outcome = outcome_of([&] { return read(whole); });
  Pieces pieces(text, 1 + text.size() % 13);
  check_same(outcome, outcome_of([&] { return read(pieces); }));
  if (outcome.error.empty()) check_frame(outcome.frame);
  return outcome;
}

}  // namespace terse::fuzz
