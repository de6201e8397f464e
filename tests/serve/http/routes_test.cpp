#include "terse/serve/http/routes.h"

#include <gtest/gtest.h>

#include "terse/serve/http/answer.h"

namespace terse::serve::http {
namespace {

HttpRequest request(Method method, const char* target) {
  HttpRequest made;
  made.method = method;
  made.target = parse_target(target);
  return made;
}

int status_of(Method method, const char* target) {
  try {
    const Found found = find_route(request(method, target));
    if (found.route != nullptr) check_query(*found.route, parse_target(target));
  } catch (const HttpError& error) {
    return error.status();
  }
  return 0;
}

TEST(Routes, AreFoundByPathAndMethod) {
  const Found found = find_route(request(Method::post, "/v1/models/pump%40v/payloads"));
  EXPECT_EQ(found.route->endpoint, Endpoint::payloads);
  EXPECT_EQ(found.name, "pump@v");
  EXPECT_EQ(find_route(request(Method::head, "/")).route->endpoint, Endpoint::page);
  EXPECT_EQ(find_route(request(Method::put, "/v1/models")).route->right, Right::administer);
  EXPECT_EQ(find_route(request(Method::options, "/v1/models")).route, nullptr);
  EXPECT_EQ(find_route(request(Method::options, "*")).route, nullptr);
  EXPECT_EQ(status_of(Method::get, "/nowhere"), 404);
  EXPECT_EQ(status_of(Method::options, "/nowhere"), 404);
  EXPECT_EQ(status_of(Method::post, "/v1/models"), 405);
  EXPECT_EQ(status_of(Method::other, "/"), 405);
  EXPECT_EQ(status_of(Method::get, "*"), 405);
}

TEST(Routes, NameTheMethodsOfAPath) {
  EXPECT_EQ(allowed_methods(parse_target("/v1/models")), "GET, HEAD, PUT, OPTIONS");
  EXPECT_EQ(allowed_methods(parse_target("/v1/models/a/payloads")), "POST, OPTIONS");
  EXPECT_EQ(allowed_methods(parse_target("*")), "GET, HEAD, POST, PUT, OPTIONS");
  EXPECT_EQ(allowed_methods(parse_target("/nowhere")), "");
}

TEST(Routes, TakeTheirParametersOnce) {
  EXPECT_EQ(status_of(Method::get, "/v1/devices?limit=1&skip=2"), 0);
  EXPECT_EQ(status_of(Method::get, "/v1/devices?limit=1&limit=1"), 400);
  EXPECT_EQ(status_of(Method::get, "/v1/devices?limits=1"), 400);
  EXPECT_EQ(status_of(Method::get, "/?utm=1&utm=2"), 0);
}

}  // namespace
}  // namespace terse::serve::http
