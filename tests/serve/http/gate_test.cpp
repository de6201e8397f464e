#include "terse/serve/http/gate.h"

#include <gtest/gtest.h>

#include <fstream>

#include "serve/served_examples.h"

namespace terse::serve::http {
namespace {

struct Asked {
  Method method = Method::get;
  std::string target = "/v1/devices";
  std::string host = "localhost";
  std::string token = {};
  std::string type = {};
  std::string origin = {};
  std::string expect = {};
  std::optional<std::uint64_t> length = {};
};

Gate::Outcome check(const Gate& gate, const Asked& asked) {
  HttpRequest request;
  request.method = asked.method;
  request.target = parse_target(asked.target);
  request.host = asked.host;
  request.authorization = asked.token.empty() ? "" : "Bearer " + asked.token;
  request.content_type = asked.type;
  request.origin = asked.origin;
  request.expect = asked.expect;
  request.length = asked.length;
  request.peer = "192.0.2.1";
  return gate.check(request);
}

int status_of(const Gate& gate, const Asked& asked) {
  const Gate::Outcome outcome = check(gate, asked);
  return outcome.refused ? outcome.refused->status : 0;
}

TEST(Gate, ChecksHostAndOriginBeforeAnythingElse) {
  core::Metrics metrics;
  HttpCounters counters(metrics);
  const Gate gate(Hosts({}, {}), true, nullptr, counters);
  EXPECT_EQ(status_of(gate, {}), 0);
  EXPECT_EQ(status_of(gate, {.target = "/nowhere", .host = "evil.example"}), 421);
  EXPECT_EQ(status_of(gate, {.target = "/healthz", .host = "evil.example"}), 421);
  EXPECT_EQ(status_of(gate, {.origin = "http://evil.example"}), 403);
  EXPECT_EQ(status_of(Gate(Hosts({}, {}), false, nullptr, counters), {.host = "evil.example"}), 0);
}

TEST(Gate, ChecksPathMethodAndBody) {
  core::Metrics metrics;
  HttpCounters counters(metrics);
  const Gate gate(Hosts({}, {}), true, nullptr, counters);
  EXPECT_EQ(status_of(gate, {.target = "/nowhere"}), 404);
  const Gate::Outcome other = check(gate, {.method = Method::post});
  EXPECT_EQ(other.refused->status, 405);
  EXPECT_EQ(other.refused->fields.at(0).second, "GET, HEAD, OPTIONS");
  EXPECT_EQ(status_of(gate, {.method = Method::options}), 204);
  EXPECT_EQ(status_of(gate, {.target = "/v1/devices?x=y"}), 400);
  const std::string hook = "/v1/webhooks/chirpstack";
  EXPECT_EQ(status_of(gate, {.method = Method::post, .target = hook, .type = "text/plain"}), 415);
  EXPECT_EQ(status_of(gate, {.method = Method::post, .target = hook, .type = "Application/json"}),
            0);
  EXPECT_EQ(status_of(gate, {.method = Method::put, .target = "/v1/models", .length = 1}), 400);
  EXPECT_EQ(status_of(gate, {.method = Method::options, .length = 1}), 400);
  EXPECT_EQ(status_of(gate, {.length = 1}), 400);
  EXPECT_EQ(status_of(gate, {.target = hook, .length = 1}), 405);
  EXPECT_EQ(status_of(gate, {.expect = "100-Continue"}), 0);
  EXPECT_EQ(status_of(gate, {.expect = "more"}), 417);
}

TEST(Gate, AsksForATokenAndItsRights) {
  const Folder folder;
  std::ofstream(folder / "tokens")
      << "s name=sender rights=send\nr rights=read\na rights=administer\n"
         "d rights=read devices=one\n";
  const core::BearerTokens tokens(folder / "tokens");
  core::Metrics metrics;
  HttpCounters counters(metrics);
  const Gate gate(Hosts({}, {}), false, &tokens, counters);
  for (const char* open : {"/", "/healthz", "/readyz"}) {
    EXPECT_EQ(status_of(gate, {.target = open}), 0) << open;
  }
  EXPECT_EQ(status_of(gate, {.target = "/nowhere"}), 401);
  EXPECT_EQ(status_of(gate, {.method = Method::options}), 401);
  EXPECT_EQ(check(gate, {.token = "wrong"}).refused->fields.at(0).first, "WWW-Authenticate");
  EXPECT_EQ(status_of(gate, {.token = "s"}), 403);
  EXPECT_EQ(status_of(gate, {.token = "r"}), 0);
  EXPECT_EQ(status_of(gate, {.target = "/metrics", .token = "r"}), 0);
  EXPECT_EQ(status_of(gate, {.target = "/metrics", .token = "d"}), 403);
  EXPECT_EQ(status_of(gate, {.method = Method::put, .target = "/v1/models", .token = "r"}), 403);
  EXPECT_EQ(status_of(gate, {.method = Method::put, .target = "/v1/models", .token = "a"}), 0);
  const std::string payloads = "/v1/models/m/payloads";
  EXPECT_EQ(status_of(gate, {.method = Method::post, .target = payloads, .token = "r"}), 403);
  const core::Sender sender =
      check(gate, {.method = Method::post, .target = payloads, .token = "s"}).admitted.sender;
  EXPECT_EQ(sender.name, "sender");
  EXPECT_EQ(sender.proof, core::Proof::token);
  EXPECT_NE(sender.grant, nullptr);
}

TEST(Gate, WithoutTokensTheSenderIsAnAddress) {
  core::Metrics metrics;
  HttpCounters counters(metrics);
  const core::Sender sender =
      check(Gate(Hosts({}, {}), true, nullptr, counters), {}).admitted.sender;
  EXPECT_EQ(sender.name, "192.0.2.1");
  EXPECT_EQ(sender.proof, core::Proof::none);
  EXPECT_EQ(sender.grant, nullptr);
}

}  // namespace
}  // namespace terse::serve::http
