#include "terse/serve/dtls/sessions.h"

#include <gtest/gtest.h>

#include <optional>

#include "serve/dtls/openssl_peer.h"

namespace terse::serve::dtls {
namespace {

using Clock = DtlsSessions::Clock;

class DtlsSessionsTest : public ::testing::Test {
 protected:
  explicit DtlsSessionsTest(const SessionLimits& limits_ = {}) : limits(limits_) {
    sessions.emplace(std::make_shared<const Credentials>(files), limits, &access, counters,
                     [this](const coap::SocketAddress&, auto bytes) {
                       to_client.emplace_back(bytes.begin(), bytes.end());
                     });
  }
  static coap::SocketAddress at(int port, const char* host = "192.0.2.1") {
    return coap::parse_socket_address({host, port}, "test");
  }
  void give(const coap::SocketAddress& from, const std::vector<Bytes>& datagrams) {
    for (const Bytes& each : datagrams) {
      sessions->receive(from, each, now, [this](const coap::Peer& peer, auto message, bool whole) {
        EXPECT_TRUE(whole);
        EXPECT_TRUE(peer.reachable);
        heard.emplace_back(peer, std::string(message.begin(), message.end()));
      });
    }
  }
  /// Carries datagrams between both until nothing more is said; true if the client is connected.
  bool connect(OpensslPeer& client, const coap::SocketAddress& from) {
    std::vector<Bytes> said = client.next();
    while (!said.empty()) {
      give(from, said);
      said.clear();
      for (const Bytes& each : std::exchange(to_client, {})) {
        for (Bytes& datagram : client.next(each)) said.push_back(std::move(datagram));
      }
    }
    return client.is_connected();
  }
  std::string count(const char* outcome) {
    const std::string text = metrics.text();
    const std::size_t at = text.find(std::string("outcome=\"") + outcome);
    return text.substr(text.find('}', at) + 2, text.find('\n', at) - text.find('}', at) - 2);
  }

  Folder folder;
  CredentialFiles files{.keys = keys_file(folder, {"a", "b"})};
  SessionLimits limits;
  core::Access access;
  core::Metrics metrics;
  DtlsCounters counters{metrics};
  Clock::time_point now{std::chrono::hours(100)};
  std::vector<Bytes> to_client;
  std::vector<std::pair<coap::Peer, std::string>> heard;
  std::optional<DtlsSessions> sessions;
};

TEST_F(DtlsSessionsTest, AMessageComesFromTheDeviceThatTheKeyProves) {
  EXPECT_TRUE(access.is_known("a")) << "every device of the file";
  OpensslPeer client("a");
  ASSERT_TRUE(connect(client, at(1)));
  give(at(1), client.say("hello"));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].second, "hello");
  EXPECT_EQ(*heard[0].first.device, "a");
  sessions->send(heard[0].first, std::span(reinterpret_cast<const std::uint8_t*>("answer"), 6));
  ASSERT_EQ(to_client.size(), 1U);
  client.next(to_client[0]);
  EXPECT_EQ(client.heard(), "answer");
  EXPECT_EQ(count("accepted"), "1");
}

TEST_F(DtlsSessionsTest, NothingIsKeptBeforeTheCookieComesBack) {
  for (int port = 1; port <= 1000; ++port) {
    OpensslPeer client("a");
    const std::vector<Bytes> hello = client.next();
    give(at(port), hello);
    ASSERT_EQ(to_client.size(), 1U);
    EXPECT_LE(to_client[0].size(), hello[0].size());
    // The cookie of another address does not do.
    give(at(port + 5000), client.next(to_client[0]));
    to_client.clear();
  }
  EXPECT_EQ(sessions->size(), 0U);
  EXPECT_FALSE(sessions->next_due());
}

TEST_F(DtlsSessionsTest, ASessionIsNeverResumedSoItsIdentityIsAlwaysProven) {
  OpensslPeer client("a");
  ASSERT_TRUE(connect(client, at(1)));
  client.restart();
  ASSERT_TRUE(connect(client, at(1)));
  EXPECT_FALSE(client.resumed());
  give(at(1), client.say("again"));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(*heard[0].first.device, "a");
  EXPECT_EQ(sessions->size(), 1U) << "the one before ended";
  EXPECT_EQ(sessions->take_gone().size(), 1U);
  EXPECT_TRUE(sessions->take_gone().empty());
}

TEST_F(DtlsSessionsTest, OthersAreRefused) {
  OpensslPeer unknown("nobody");
  EXPECT_FALSE(connect(unknown, at(1)));
  EXPECT_EQ(count("refused"), "1");
  // Whoever has another key is silent to the server, which forgets it.
  OpensslPeer wrong("a", "another key");
  EXPECT_FALSE(connect(wrong, at(2)));
  EXPECT_EQ(sessions->handshakes(), 1U);
  while (sessions->next_due() && sessions->size() > 0) {
    now = std::max(now, *sessions->next_due());
    sessions->work(now);
  }
  EXPECT_EQ(sessions->size(), 0U);
  EXPECT_EQ(count("refused"), "2");
  EXPECT_EQ(count("accepted"), "0");
  EXPECT_TRUE(sessions->take_gone().empty());
}

TEST_F(DtlsSessionsTest, AGoodbyeEndsItAndAnAnswerIsLost) {
  OpensslPeer client("a");
  ASSERT_TRUE(connect(client, at(1)));
  give(at(1), client.say("hello"));
  give(at(1), client.say_goodbye());
  EXPECT_EQ(sessions->size(), 0U);
  ASSERT_EQ(sessions->take_gone().size(), 1U);
  to_client.clear();
  sessions->send(heard.at(0).first, std::span(reinterpret_cast<const std::uint8_t*>("x"), 1));
  EXPECT_TRUE(to_client.empty());
}

TEST_F(DtlsSessionsTest, ASilentSessionEndsAtLast) {
  OpensslPeer client("a");
  ASSERT_TRUE(connect(client, at(1)));
  now += std::chrono::hours(47);
  sessions->work(now);
  give(at(1), client.say("alive"));
  now += std::chrono::hours(47);
  sessions->work(now);
  EXPECT_EQ(sessions->size(), 1U);
  // What nobody proves does not count as a sign of life.
  Bytes forged = client.say("lost")[0];
  forged.back() ^= 1;
  give(at(1), {forged});
  now += std::chrono::hours(2);
  sessions->work(now);
  EXPECT_EQ(sessions->size(), 0U);
}

TEST_F(DtlsSessionsTest, KeysThatAreReadAgainHoldFromNowOn) {
  OpensslPeer first("a");
  OpensslPeer second("b");
  ASSERT_TRUE(connect(first, at(1)) && connect(second, at(2)));
  OpensslPeer third("c");
  EXPECT_FALSE(connect(third, at(3)));
  keys_file(folder, {"b", "c"});
  sessions->use(std::make_shared<const Credentials>(files));
  give(at(1), first.say("from one that lost its key"));
  give(at(2), second.say("from one that kept it"));
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(*heard[0].first.device, "b");
  OpensslPeer new_one("c");
  EXPECT_TRUE(connect(new_one, at(4)));
  EXPECT_TRUE(access.is_known("c"));
}

class FewDtlsSessionsTest : public DtlsSessionsTest {
 protected:
  FewDtlsSessionsTest()
      : DtlsSessionsTest(
            {.sessions_max = 4, .of_device_max = 2, .handshakes_max = 6, .of_address_max = 3}) {}
  /// A client that has got as far as the server's part of the handshake, and waits.
  OpensslPeer half(const coap::SocketAddress& from) {
    OpensslPeer client("a");
    give(from, client.next());
    const Bytes verify = std::exchange(to_client, {}).at(0);
    give(from, client.next(verify));
    to_client.clear();
    return client;
  }
};

TEST_F(FewDtlsSessionsTest, ADeviceHasSoManyAndTheSilentOnesGoFirst) {
  OpensslPeer one("a");
  OpensslPeer two("a");
  OpensslPeer three("a");
  ASSERT_TRUE(connect(one, at(1)) && connect(two, at(2)));
  give(at(1), one.say("alive"));
  ASSERT_TRUE(connect(three, at(3)));
  EXPECT_EQ(sessions->size(), 2U);
  heard.clear();
  give(at(1), one.say("still"));
  give(at(2), two.say("gone"));
  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(FewDtlsSessionsTest, HandshakesAreBoundedInAllAndFromOneAddress) {
  for (int port = 1; port <= 10; ++port) half(at(port));
  EXPECT_EQ(sessions->handshakes(), 3U);
  for (int host = 2; host <= 9; ++host) half(at(1, ("192.0.2." + std::to_string(host)).c_str()));
  EXPECT_EQ(sessions->handshakes(), 6U);
  OpensslPeer client("b");
  EXPECT_TRUE(connect(client, at(1, "198.51.100.1")));
  EXPECT_LE(sessions->handshakes(), 6U);
}

}  // namespace
}  // namespace terse::serve::dtls
