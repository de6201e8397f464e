#include "terse/serve/dtls/credentials.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/serve/dtls/keys_file.h"
#include "terse/serve/dtls/pem_files.h"

namespace terse::serve::dtls {
namespace {

// Of these the device's first one is taken: it knows what it can afford. Those with CCM are what
// RFC 7252, section 9.1.3, asks for.
constexpr const char* ciphers =
    "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AESCCM:ECDHE-PSK-CHACHA20-POLY1305:"
    "ECDHE-PSK-AES128-CBC-SHA256:PSK-AES128-GCM-SHA256:PSK-AES256-GCM-SHA384:"
    "PSK-CHACHA20-POLY1305:PSK-AES128-CCM:PSK-AES256-CCM:PSK-AES128-CCM8:PSK-AES256-CCM8:"
    "PSK-AES128-CBC-SHA256";
constexpr int chain_depth_max = 3;

/// The name that a certificate is for (CN), or nothing.
std::string subject_of(X509* certificate) {
  if (certificate == nullptr) return "";
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int kind = OBJ_txt2nid("CN");
  const int at = X509_NAME_get_index_by_NID(subject, kind, -1);
  // Two names would be two devices.
  if (at < 0 || X509_NAME_get_index_by_NID(subject, kind, at) >= 0) return "";
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return "";
  std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return core::is_device_name(name) ? name : "";
}

/// A certificate of the authorities that names no device is refused like one of others.
int verify(int good, X509_STORE_CTX* chain) {
  if (good != 1 || X509_STORE_CTX_get_error_depth(chain) != 0) return good;
  if (!subject_of(X509_STORE_CTX_get_current_cert(chain)).empty()) return 1;
  X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

unsigned give_key(SSL* session, const char* identity, unsigned char* key, unsigned size_max) {
  const auto& self = *static_cast<const Credentials*>(SSL_get_app_data(session));
  const auto found = self.keys().find(identity);
  // 0 ends the handshake by the alert "unknown PSK identity".
  if (found == self.keys().end() || found->second.size() > size_max) return 0;
  std::memcpy(key, found->second.data(), found->second.size());
  return static_cast<unsigned>(found->second.size());
}

// The cookie is made and checked before a session begins, without keeping anything.
int make_cookie(SSL*, unsigned char* cookie, unsigned* size) {
  cookie[0] = 0;
  *size = 1;
  return 1;
}
int check_cookie(SSL*, const unsigned char*, unsigned) {
  return 1;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Credentials::Credentials(const CredentialFiles& files)
    : context_(SSL_CTX_new(DTLS_server_method())) {
  SSL_CTX* const context = context_.get();
  // A longest handshake message: OpenSSL keeps up to ten that have come too early.
  constexpr long message_bytes_max = 12'000;
  const bool done = context != nullptr &&
                    SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
                    SSL_CTX_set_cipher_list(context, ciphers) == 1;
  if (!done) throw base::JobError("OpenSSL cannot start DTLS 1.2");
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU);
  SSL_CTX_set_max_send_fragment(context, 2048);  // buffers of that size instead of 16 KiB
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, message_bytes_max);
  SSL_CTX_set_cookie_generate_cb(context, make_cookie);
  SSL_CTX_set_cookie_verify_cb(context, check_cookie);
  if (!files.keys.empty()) {
    keys_ = read_keys(files.keys);
    SSL_CTX_set_psk_server_callback(context, give_key);
  }
  if (!files.certificate.empty()) use_certificate(files);
}

void Credentials::use_certificate(const CredentialFiles& files) {
  check_pem_files(files.certificate, files.private_key, files.authorities);
  SSL_CTX* const context = context_.get();
  bool done =
      SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, files.private_key.c_str(), SSL_FILETYPE_PEM) == 1;
  if (done && !files.authorities.empty()) {
    authorities_ = text_of(files.authorities);
    done = SSL_CTX_load_verify_locations(context, files.authorities.c_str(), nullptr) == 1;
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.authorities.c_str()));
    // No revocation lists are read: to shut a device out, change the authority.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verify);
    SSL_CTX_set_verify_depth(context, chain_depth_max);
  }
  ERR_clear_error();
  if (!done) throw base::JobError("cannot set up DTLS with " + files.certificate);
}

SSL* Credentials::new_session() const {
  SSL* session = SSL_new(context_.get());
  if (session == nullptr) return nullptr;
  SSL_set_app_data(session, const_cast<Credentials*>(this));
  SSL_set_accept_state(session);
  // 1280 bytes go through every link of IPv6 (RFC 8200, section 5).
  constexpr long mtu = 1280 - 40 - 8;
  SSL_set_mtu(session, mtu);
  return session;
}

std::string Credentials::proven_name(const SSL* session) const {
  const char* identity = SSL_get_psk_identity(session);
  if (identity != nullptr) return identity;
  const bool verified = !authorities_.empty() && SSL_get_verify_result(session) == X509_V_OK;
  return verified ? subject_of(SSL_get0_peer_certificate(session)) : "";
}

bool Credentials::still_hold(const Credentials& before, const SSL* session) const {
  const char* identity = SSL_get_psk_identity(session);
  if (identity == nullptr) return authorities_ == before.authorities_;
  const auto now = keys_.find(identity);
  const auto then = before.keys_.find(identity);
  return now != keys_.end() && then != before.keys_.end() && now->second == then->second;
}

}  // namespace terse::serve::dtls
