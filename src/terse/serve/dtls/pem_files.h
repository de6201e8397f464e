// Certificates and keys in PEM files: checked for use before a library needs them.
#pragma once

#include <string>

namespace terse::serve::dtls {

/// Throws InputError naming the file: none of it can be read, it holds no certificate or key, or
/// the key is not the certificate's. authorities: may be empty.
void check_pem_files(const std::string& certificate, const std::string& private_key,
                     const std::string& authorities);

}  // namespace terse::serve::dtls
