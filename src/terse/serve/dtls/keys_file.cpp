#include "terse/serve/dtls/keys_file.h"

#include <openssl/ssl.h>

#include <fstream>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"

namespace terse::serve::dtls {

std::map<std::string, std::string> read_keys(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw base::InputError(path, "", "cannot be read", "give a file of DEVICE KEY lines");
  std::map<std::string, std::string> keys;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const std::string place = "line " + std::to_string(number);
    const std::size_t space = line.find(' ');
    if (line.empty()) continue;
    if (space == 0 || space == std::string::npos || space + 1 == line.size()) {
      throw base::InputError(path, place, "is not DEVICE KEY",
                             "write the device, a space, its key");
    }
    const std::string device = line.substr(0, space);
    const std::string key = line.substr(space + 1);
    if (!core::is_device_name(device)) {
      throw base::InputError(path, place, "the name cannot be a device's",
                             "write at most 128 bytes of UTF-8 that can be shown");
    }
    if (key.size() > PSK_MAX_PSK_LEN) {
      throw base::InputError(path, place, "the key is too long",
                             "write at most " + std::to_string(PSK_MAX_PSK_LEN) + " bytes");
    }
    keys[device] = key;
  }
  if (keys.empty()) {
    throw base::InputError(path, "", "holds no key", "write DEVICE KEY, one a line");
  }
  return keys;
}

}  // namespace terse::serve::dtls
