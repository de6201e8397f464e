// The OpenAPI document of the HTTP interface. Inside the serve room.
#pragma once

#include <string_view>

namespace terse::serve::http {

/// JSON, OpenAPI 3.0.
std::string_view openapi_document();

}  // namespace terse::serve::http
