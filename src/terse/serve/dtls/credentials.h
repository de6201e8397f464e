// Keys and certificates by which server and devices know each other, as an OpenSSL context for DTLS
// 1.2 (RFC 6347).
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <string>

namespace terse::serve::dtls {

/// Paths; an empty one is not used. There is a file of keys or a certificate.
struct CredentialFiles {
  std::string keys = {};         ///< DEVICE KEY lines; the PSK identity is the device
  std::string certificate = {};  ///< PEM file of the server
  std::string private_key = {};  ///< PEM file
  /// PEM file: clients without a pre-shared key must have a certificate of one of these, whose
  /// common name is the device. Empty: they need none, and name their device themselves.
  std::string authorities = {};
};

/// Never changes; from any thread. Every handshake is a whole one: a session that could be resumed
/// would have to carry what it had proven, so there are neither tickets nor a cache.
class Credentials {
 public:
  /// Reads the files. Throws InputError naming the file, JobError if OpenSSL refuses them.
  explicit Credentials(const CredentialFiles& files);

  const std::map<std::string, std::string>& keys() const noexcept { return keys_; }
  /// A server's end of a new session, from the message after HelloVerifyRequest on: whoever calls
  /// DTLSv1_listen() has checked the cookie. Must not outlive this.
  SSL* new_session() const;
  /// The name that the peer has proven, once the handshake is done: its PSK identity, or the common
  /// name of its verified certificate. Empty for one that had to prove nothing.
  std::string proven_name(const SSL* session) const;
  /// Whether a session with that name, made with `before`, may go on: its key is the same, or it
  /// has a certificate and the authorities are the same.
  bool still_hold(const Credentials& before, const SSL* session) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  void use_certificate(const CredentialFiles& files);

  std::unique_ptr<SSL_CTX, Free> context_;
  std::map<std::string, std::string> keys_;
  std::string authorities_;  ///< the text of the file
};

}  // namespace terse::serve::dtls
