// A valid model file taken apart, so that a test can spoil one field and put it together again with
// a right checksum.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "terse/model/file.h"

namespace terse::model {

using Json = nlohmann::ordered_json;
using Bytes = std::vector<std::uint8_t>;

inline std::string hexadecimal(unsigned long word) {
  char text[9];
  std::snprintf(text, sizeof text, "%08lx", word);
  return text;
}

struct FileParts {
  Json header;    ///< without "document" and "checksum" in __metadata__
  Json document;  ///< dumped into the metadata unless `text` is set
  std::string text;
  std::string checksum;  ///< instead of the right one, unless empty
  Bytes data;

  Json& metadata() { return header["__metadata__"]; }
  void put(std::size_t value, float number) {
    std::memcpy(data.data() + 4 * value, &number, sizeof number);
  }
};

inline Bytes framed(const std::string& header, const Bytes& data) {
  Bytes bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(header.size() >> (8 * i)));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

inline FileParts taken_apart(const Bytes& bytes) {
  std::uint64_t length = 0;
  for (int i = 8; i-- > 0;) length = (length << 8) | bytes[static_cast<std::size_t>(i)];
  const auto data = bytes.begin() + 8 + static_cast<std::ptrdiff_t>(length);
  FileParts parts;
  parts.header = Json::parse(bytes.begin() + 8, data);
  parts.document = Json::parse(parts.metadata()["document"].get<std::string>());
  parts.metadata().erase("document");
  parts.metadata().erase("checksum");
  parts.data.assign(data, bytes.end());
  return parts;
}

inline Bytes put_together(FileParts parts) {
  if (parts.header.contains("__metadata__") && parts.metadata().is_object()) {
    const std::string document = parts.text.empty() ? parts.document.dump() : parts.text;
    const auto* text = reinterpret_cast<const Bytef*>(document.data());
    const std::string right = hexadecimal(crc32_z(0, parts.data.data(), parts.data.size())) +
                              hexadecimal(crc32_z(0, text, document.size()));
    if (!parts.metadata().contains("document")) parts.metadata()["document"] = document;
    if (!parts.metadata().contains("checksum")) {
      parts.metadata()["checksum"] = parts.checksum.empty() ? right : parts.checksum;
    }
  }
  return framed(parts.header.dump(), parts.data);
}

}  // namespace terse::model
