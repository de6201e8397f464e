#include "terse/serve/dtls/endpoint.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <unistd.h>

#include "terse/base/error.h"
#include "terse/serve/coap/socket_address.h"

namespace terse::serve::dtls {
namespace {

class DtlsEndpointTest : public testing::Test {
 protected:
  void SetUp() override {
    coap_startup();
    coap_set_log_level(LOG_EMERG);
    context_ = coap_new_context(nullptr);
    ASSERT_NE(context_, nullptr);
    coap_dtls_spsk_t setup{};
    setup.version = COAP_DTLS_SPSK_SETUP_VERSION;
    ASSERT_NE(coap_context_set_psk2(context_, &setup), 0);
  }
  void TearDown() override { coap_free_context(context_); }
  coap_context_t* context_ = nullptr;
};

TEST_F(DtlsEndpointTest, TellsItsPortAndTakesItAlone) {
  const int port = listen_for_dtls(context_, {"127.0.0.1", 0}).port;
  EXPECT_GT(port, 0);
  EXPECT_THROW(listen_for_dtls(context_, {"127.0.0.1", port}), base::JobError);
  EXPECT_THROW(listen_for_dtls(context_, {"localhost", 0}), base::InputError);
}

TEST_F(DtlsEndpointTest, HasMoreRoomThanASocketUsuallyHas) {
  const auto room = [](int socket) {
    int bytes = 0;
    socklen_t size = sizeof bytes;
    return getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, &size) == 0 ? bytes : 0;
  };
  const int usual = socket(AF_INET, SOCK_DGRAM, 0);
  const DtlsEndpoint endpoint = listen_for_dtls(context_, {"127.0.0.1", 0});
  EXPECT_EQ(coap::port_of(endpoint.socket), endpoint.port);
  EXPECT_GT(room(endpoint.socket), room(usual));
  close(usual);
}

}  // namespace
}  // namespace terse::serve::dtls
