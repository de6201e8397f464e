#include "terse/data/checksum.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "data/temporary_folder.h"

namespace terse::data {
namespace {

// RFC 1321, appendix A.5.
TEST(Checksum, Md5OfTheRfcsTestSuite) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("a"), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(md5_hex("1234567890123456789012345678901234567890"
                    "1234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Checksum, Md5OfAFileOfManyBlocks) {
  const TemporaryFolder folder;
  const std::string text(1'000'000, 'a');
  EXPECT_EQ(md5_hex_of_file(folder.write("a", text)), md5_hex(text));
  EXPECT_EQ(md5_hex(text), "7707d6ae4e027c70eea2a935c2296f21");
  EXPECT_NE(input_error([&] {
              md5_hex_of_file((folder.path() / "none").string());
            }).find("cannot be read"),
            std::string::npos);
}

// FIPS 180-4 examples: "abc", two blocks, a million times "a".
TEST(Checksum, Sha256OfTheStandardsExamples) {
  const auto of = [](std::initializer_list<std::string_view> parts) {
    return sha256_hex({parts.begin(), parts.size()});
  };
  EXPECT_EQ(of({"abc"}), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abc"), of({"abc"}));
  EXPECT_EQ(of({"a", "", "bc"}), of({"abc"}));
  EXPECT_EQ(of({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(of({"abcdbcdecdefdefgefghfghighij", "hijkijkljklmklmnlmnomnopnopq"}),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(of({std::string(1'000'000, 'a')}),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace terse::data
