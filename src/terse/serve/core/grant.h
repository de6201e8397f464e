// The rights of a bearer token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::core {

struct Grant {
  std::string name;  ///< of the token, for logs; never its secret
  bool send = true;
  bool read = true;
  bool administer = true;
  std::vector<std::string> models = {};   ///< names without version; empty: all
  std::vector<std::string> devices = {};  ///< names, or "PREFIX*"; empty: all

  bool covers_model(std::string_view model) const;
  bool covers_device(std::string_view device) const;
  /// True if it is for this device alone.
  bool is_of(std::string_view device) const;
};

}  // namespace terse::serve::core
