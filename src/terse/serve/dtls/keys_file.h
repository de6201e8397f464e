// The file of pre-shared keys: DEVICE KEY, one a line.
#pragma once

#include <map>
#include <string>

namespace terse::serve::dtls {

/// By device, which is the PSK identity. Throws InputError naming the file and the line.
std::map<std::string, std::string> read_keys(const std::string& path);

}  // namespace terse::serve::dtls
