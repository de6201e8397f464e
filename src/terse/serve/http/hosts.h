// The hosts and origins that a request may name, so that no page of another site reads or writes
// here through the browser of somebody who may: not across origins, and not by DNS rebinding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/http/request.h"

namespace terse::serve::http {

class Hosts {
 public:
  /// names: of this server, without port, besides addresses, "localhost" and the machine's name;
  /// "*" for any. origins: of others that may ask, "https://dash.example".
  Hosts(std::vector<std::string> names, std::vector<std::string> origins);

  /// Whether Host is an address or one of the names. A page that had its own name point here shows
  /// that name, never an address.
  bool knows(std::string_view host) const;
  /// Whether the request comes from this server's own page, from no page, or from a page that may.
  /// is_page: it asks for a page, which other sites may link to.
  bool trusts(const HttpRequest& request, bool is_page) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> origins_;
};

}  // namespace terse::serve::http
