// Devices that lost their DTLS session, by a restart without a goodbye, and begin anew from the
// same address and port. libcoap gives their hello to the session it still holds, which passes over
// it, and every try keeps that session alive. RFC 6347, section 4.2.8: an old session ends when a
// hello with a good cookie has shown that its sender receives at that address, not before.
#pragma once

#include <coap3/coap.h>
#include <openssl/ssl.h>

#include <cstdint>
#include <string>

#include "terse/serve/dtls/hello.h"

namespace terse::serve::dtls {

/// For libcoap's thread.
class ReturningPeers {
 public:
  /// socket: that of libcoap's endpoint for DTLS.
  ReturningPeers(coap_context_t* context, int socket) : context_(context), socket_(socket) {}
  ReturningPeers(const ReturningPeers&) = delete;
  ReturningPeers& operator=(const ReturningPeers&) = delete;

  /// Looks at the next datagram before libcoap does. True if it was answered and removed; else
  /// libcoap handles it, or there is none.
  bool take();

 private:
  struct Datagram;
  /// The established session that the datagram's sender had, unless it is the one it greets for.
  coap_session_t* old_session(const Datagram& datagram, const DtlsHello& hello) const;
  /// So that libcoap accepts the cookies that were given out here.
  void share_cookies(coap_session_t* session);
  static int make_cookie(SSL* tls, unsigned char* cookie, unsigned* size);
  static int check_cookie(SSL* tls, const unsigned char* cookie, unsigned size);

  coap_context_t* context_;
  int socket_;
  HelloCookies cookies_;
  std::string greeting_;  ///< address and port of the last hello
  bool shared_ = false;
};

}  // namespace terse::serve::dtls
