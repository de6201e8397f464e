#include "terse/serve/http/hosts.h"

#include <gtest/gtest.h>

namespace terse::serve::http {
namespace {

TEST(Hosts, KnowsAddressesAndItsNames) {
  const Hosts hosts({"Pump.Example"}, {});
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:80", "192.0.2.1:8080", "[::1]", "[2001:db8::1]:80", "localhost",
        "LocalHost:8080", "pump.example", "PUMP.example.:443"}) {
    EXPECT_TRUE(hosts.knows(host)) << host;
  }
  for (const char* host :
       {"", ":80", "evil.example", "127.0.0.1.evil.example", "pump.example.evil", "1.2.3", "0x7f.1",
        "::1", "[evil]", "pump.example:8a", "localhost:80:80"}) {
    EXPECT_FALSE(hosts.knows(host)) << host;
  }
  EXPECT_TRUE(Hosts({"*"}, {}).knows("any.example"));
}

bool trusts(const char* host, const char* origin, const char* site, bool is_page = false) {
  HttpRequest request;
  request.host = host;
  request.origin = origin;
  request.fetch_site = site;
  return Hosts({}, {"https://Dash.example"}).trusts(request, is_page);
}

TEST(Hosts, TrustsItsOwnPageAndThoseThatAreNamed) {
  EXPECT_TRUE(trusts("h:8080", "", ""));
  EXPECT_TRUE(trusts("h:8080", "http://h:8080", "same-origin"));
  EXPECT_TRUE(trusts("H", "https://h", ""));
  EXPECT_TRUE(trusts("h", "https://dash.example", "cross-site"));
  EXPECT_TRUE(trusts("h", "", "none"));
  EXPECT_FALSE(trusts("h:8080", "http://h", ""));
  EXPECT_FALSE(trusts("h", "null", ""));
  EXPECT_FALSE(trusts("", "null", ""));
  EXPECT_FALSE(trusts("h", "http://dash.example", ""));
  EXPECT_FALSE(trusts("h", "", "cross-site"));
  EXPECT_FALSE(trusts("h", "", "same-site"));
  EXPECT_TRUE(trusts("h", "", "cross-site", true));
  EXPECT_FALSE(trusts("h", "http://evil", "cross-site", true));
}

}  // namespace
}  // namespace terse::serve::http
