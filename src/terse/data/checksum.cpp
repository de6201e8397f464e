#include "terse/data/checksum.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

#include "terse/base/error.h"
#include "terse/text/hex.h"

namespace terse::data {
namespace {

class Digest {
 public:
  explicit Digest(const EVP_MD* method) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    TERSE_CHECK(context_ != nullptr);
    // A system that forbids MD5 refuses here; that is not a bug of ours.
    if (EVP_DigestInit_ex(context_.get(), method, nullptr) != 1) {
      throw base::JobError("this system's OpenSSL refuses the checksum (is it in FIPS mode?)");
    }
  }

  void add(std::string_view bytes) {
    TERSE_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    TERSE_CHECK(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) == 1);
    return text::to_hex(std::span(bytes).first(size));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string md5_hex(std::string_view bytes) {
  Digest digest(EVP_md5());
  digest.add(bytes);
  return digest.hex();
}

std::string md5_hex_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Digest digest(EVP_md5());
  std::vector<char> block(std::size_t{256} << 10);
  while (file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    digest.add({block.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (!file.eof()) throw base::InputError(path, "", "cannot be read", "check its permissions");
  return digest.hex();
}

std::string sha256_hex(std::span<const std::string_view> parts) {
  Digest digest(EVP_sha256());
  for (const std::string_view part : parts) digest.add(part);
  return digest.hex();
}

std::string sha256_hex(std::string_view bytes) {
  return sha256_hex(std::span(&bytes, 1));
}

}  // namespace terse::data
