#include "terse/serve/store/postgres_value.h"

#include <gtest/gtest.h>

namespace terse::serve::store {
namespace {

using Type = PostgresArray::Type;
using namespace std::string_literals;

TEST(PostgresValue, AnArrayIsWrittenAsPostgresqlReadsIt) {
  PostgresArray array(Type::text);
  array.add("a\"\0,"s);
  array.add(std::optional<std::string>());
  const PostgresValue value = array.take();
  EXPECT_TRUE(value.binary);
  EXPECT_EQ(value.bytes,
            "\0\0\0\1"
            "\0\0\0\1"
            "\0\0\0\x19"
            "\0\0\0\2"
            "\0\0\0\1"
            "\0\0\0\4"
            "a\"\0,"
            "\xff\xff\xff\xff"s);
  EXPECT_EQ(array.take().bytes,
            "\0\0\0\0"
            "\0\0\0\1"
            "\0\0\0\x19"s)
      << "empty again";
}

TEST(PostgresValue, NumbersAndPlacesAreBigEndian) {
  PostgresArray numbers(Type::int8);
  numbers.add(std::int64_t{-2});
  EXPECT_EQ(numbers.take().bytes->substr(20), "\0\0\0\x8\xff\xff\xff\xff\xff\xff\xff\xfe"s);
  PostgresArray floats(Type::float4);
  floats.add(1.0F);
  EXPECT_EQ(floats.take().bytes->substr(20), "\0\0\0\4\x3f\x80\0\0"s);
  PostgresArray places(Type::tid);
  places.add(RowPlace::of("(66051,7)"));
  EXPECT_EQ(places.take().bytes->substr(20), "\0\0\0\6\0\1\2\3\0\7"s);
}

}  // namespace
}  // namespace terse::serve::store
