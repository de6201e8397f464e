// Parameters of PostgreSQL's statements. Inside the serve/store room.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace terse::serve::store {

/// Text, or bytes in PostgreSQL's binary form, or NULL.
struct PostgresValue {
  PostgresValue(std::string text) : bytes(std::move(text)) {}
  PostgresValue(std::int64_t number) : bytes(std::to_string(number)) {}
  PostgresValue(std::optional<std::int64_t> number) {
    if (number) bytes = std::to_string(*number);
  }
  PostgresValue(std::string data, bool is_binary) : bytes(std::move(data)), binary(is_binary) {}

  std::optional<std::string> bytes;
  bool binary = false;
};
using PostgresValues = std::vector<PostgresValue>;

/// Where a row lies in its table (ctid).
struct RowPlace {
  std::uint32_t block = 0;
  std::uint16_t offset = 0;

  /// text: "(BLOCK,OFFSET)", as PostgreSQL writes it.
  static RowPlace of(std::string_view text);
};

/// An array of one dimension, in the binary form that array_recv of PostgreSQL reads (src/backend/
/// utils/adt/arrayfuncs.c): whatever the elements hold, nothing needs quotation marks.
class PostgresArray {
 public:
  enum class Type : std::uint32_t { bytea = 17, int8 = 20, text = 25, tid = 27, float4 = 700 };

  explicit PostgresArray(Type type);

  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(std::span<const std::uint8_t> data);
  void add(std::int64_t number);
  void add(float number);
  void add(const RowPlace& place);
  void add(std::optional<std::int64_t> number);
  void add(const std::optional<std::string>& text);
  /// The array as a parameter; it is empty afterwards.
  PostgresValue take();

 private:
  void begin();
  void add_null();

  Type type_;
  std::uint32_t elements_ = 0;
  std::string bytes_;
};

}  // namespace terse::serve::store
