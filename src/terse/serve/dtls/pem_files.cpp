#include "terse/serve/dtls/pem_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "terse/base/error.h"

namespace terse::serve::dtls {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, Free> open_file(const std::string& path) {
  std::unique_ptr<BIO, Free> file(BIO_new_file(path.c_str(), "r"));
  if (file == nullptr) throw base::InputError(path, "", "cannot be read", "give a PEM file");
  return file;
}

std::unique_ptr<X509, Free> read_certificate(const std::string& path) {
  const auto file = open_file(path);
  std::unique_ptr<X509, Free> read(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  if (read == nullptr) {
    throw base::InputError(path, "", "holds no certificate", "give a PEM file: BEGIN CERTIFICATE");
  }
  return read;
}

std::unique_ptr<EVP_PKEY, Free> read_key(const std::string& path) {
  const auto file = open_file(path);
  // A key under a password cannot be used: nobody is there to be asked.
  char no_password[] = "";
  std::unique_ptr<EVP_PKEY, Free> read(
      PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, no_password));
  if (read == nullptr) {
    throw base::InputError(path, "", "holds no private key without a password",
                           "give a PEM file: BEGIN PRIVATE KEY");
  }
  return read;
}

}  // namespace

void check_pem_files(const std::string& certificate, const std::string& private_key,
                     const std::string& authorities) {
  const auto own = read_certificate(certificate);
  const auto key = read_key(private_key);
  const bool belongs = X509_check_private_key(own.get(), key.get()) == 1;
  if (!belongs) {
    ERR_clear_error();
    throw base::InputError(private_key, "", "is not the key of " + certificate,
                           "give a certificate and its key");
  }
  if (!authorities.empty()) read_certificate(authorities);
}

}  // namespace terse::serve::dtls
