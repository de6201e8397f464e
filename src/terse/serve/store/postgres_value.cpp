#include "terse/serve/store/postgres_value.h"

#include <array>
#include <bit>
#include <charconv>

namespace terse::serve::store {
namespace {

/// Big-endian, as everything that PostgreSQL sends and takes.
template <typename Number>
void put(std::string& bytes, Number number) {
  std::array<char, sizeof(Number)> big{};
  for (std::size_t i = 0; i < big.size(); ++i) {
    big[i] = static_cast<char>((number >> (8 * (big.size() - 1 - i))) & 0xff);
  }
  bytes.append(big.data(), big.size());
}

void set(std::string& bytes, std::size_t position, std::uint32_t number) {
  std::string four;
  put(four, number);
  bytes.replace(position, 4, four);
}

// Dimensions, flags, type of the elements, size and lower bound of the dimension.
constexpr std::size_t elements_position = 12;

}  // namespace

RowPlace RowPlace::of(std::string_view text) {
  RowPlace place;
  const char* end = text.data() + text.size();
  const char* comma = std::from_chars(text.data() + 1, end, place.block).ptr;
  std::from_chars(comma + 1, end, place.offset);
  return place;
}

PostgresArray::PostgresArray(Type type) : type_(type) {
  begin();
}

void PostgresArray::begin() {
  elements_ = 0;
  bytes_.clear();
  put(bytes_, std::uint32_t{1});
  // There may be NULLs: said in any case, which is allowed.
  put(bytes_, std::uint32_t{1});
  put(bytes_, static_cast<std::uint32_t>(type_));
  put(bytes_, std::uint32_t{0});
  put(bytes_, std::uint32_t{1});
}

void PostgresArray::add(std::string_view text) {
  ++elements_;
  put(bytes_, static_cast<std::uint32_t>(text.size()));
  bytes_ += text;
}

void PostgresArray::add(std::span<const std::uint8_t> data) {
  add(std::string_view(reinterpret_cast<const char*>(data.data()), data.size()));
}

void PostgresArray::add(std::int64_t number) {
  ++elements_;
  put(bytes_, std::uint32_t{8});
  put(bytes_, static_cast<std::uint64_t>(number));
}

void PostgresArray::add(float number) {
  ++elements_;
  put(bytes_, std::uint32_t{4});
  put(bytes_, std::bit_cast<std::uint32_t>(number));
}

void PostgresArray::add(const RowPlace& place) {
  ++elements_;
  put(bytes_, std::uint32_t{6});
  put(bytes_, place.block);
  put(bytes_, place.offset);
}

void PostgresArray::add(std::optional<std::int64_t> number) {
  number ? add(*number) : add_null();
}

void PostgresArray::add(const std::optional<std::string>& text) {
  text ? add(std::string_view(*text)) : add_null();
}

void PostgresArray::add_null() {
  ++elements_;
  put(bytes_, ~std::uint32_t{0});
}

PostgresValue PostgresArray::take() {
  if (elements_ == 0) {
    // An array without elements has no dimension.
    set(bytes_, 0, 0);
    bytes_.resize(12);
  } else {
    set(bytes_, elements_position, elements_);
  }
  PostgresValue value(std::move(bytes_), true);
  begin();
  return value;
}

}  // namespace terse::serve::store
