#include "terse/serve/dtls/credentials.h"

#include <gtest/gtest.h>

#include "serve/dtls/openssl_peer.h"
#include "terse/base/error.h"

namespace terse::serve::dtls {
namespace {

struct Free {
  void operator()(SSL* tls) const { SSL_free(tls); }
};

TEST(Credentials, NeverResumeASession) {
  const Folder folder;
  const Credentials credentials({.keys = keys_file(folder, {"a"})});
  const std::unique_ptr<SSL, Free> session(credentials.new_session());
  ASSERT_NE(session, nullptr);
  EXPECT_NE(SSL_get_options(session.get()) & SSL_OP_NO_TICKET, 0U);
  EXPECT_EQ(SSL_CTX_get_session_cache_mode(SSL_get_SSL_CTX(session.get())), SSL_SESS_CACHE_OFF);
  EXPECT_NE(SSL_get_options(session.get()) & SSL_OP_NO_RENEGOTIATION, 0U);
}

TEST(Credentials, OfferWhatSmallDevicesHave) {
  const Folder folder;
  const Credentials credentials({.keys = keys_file(folder, {"a"})});
  const std::unique_ptr<SSL, Free> session(credentials.new_session());
  std::string offered;
  for (int i = 0; const char* each = SSL_get_cipher_list(session.get(), i); ++i) {
    offered += each + std::string(" ");
  }
  // RFC 7252, sections 9.1.3.1 and 9.1.3.3.
  for (const char* needed : {"PSK-AES128-CCM8 ", "ECDHE-ECDSA-AES128-CCM8 "}) {
    EXPECT_NE(offered.find(needed), std::string::npos) << offered;
  }
  EXPECT_EQ(offered.find("NULL"), std::string::npos);
}

TEST(Credentials, FilesThatCannotBeUsedAreNamed) {
  const Folder folder;
  try {
    const Credentials credentials({.keys = folder / "missing"});
    FAIL();
  } catch (const base::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("missing"), std::string::npos);
  }
  EXPECT_THROW(Credentials({.certificate = folder / "no", .private_key = folder / "no"}),
               base::InputError);
}

}  // namespace
}  // namespace terse::serve::dtls
