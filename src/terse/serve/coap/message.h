// Messages of CoAP over UDP and DTLS (RFC 7252, section 3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::coap {

enum class CoapType : std::uint8_t { confirmable, non_confirmable, acknowledgement, reset };

inline constexpr std::uint8_t method_get = 1;
inline constexpr std::uint8_t method_post = 2;
inline constexpr std::uint8_t method_put = 3;

struct CoapToken {
  std::array<std::uint8_t, 8> bytes{};
  std::size_t size = 0;
  std::span<const std::uint8_t> view() const { return std::span(bytes).first(size); }
};

struct CoapRequest {
  CoapType type = CoapType::confirmable;
  std::uint8_t code = 0;  ///< class << 5 | detail; 0: an empty message
  std::uint16_t message_id = 0;
  CoapToken token;
  std::string path;                  ///< without the first '/'
  std::vector<std::string> queries;  ///< "d=pump-7"
  std::optional<std::uint32_t> accept;
  std::optional<std::uint32_t> content_format;
  std::optional<std::uint32_t> observe;
  std::optional<std::uint32_t> block1;  ///< RFC 7959: number << 4 | more << 3 | size exponent
  std::optional<std::uint32_t> block2;
  std::span<const std::uint8_t> echo;  ///< RFC 9175; points into the datagram
  std::uint32_t unwanted = 0;          ///< No-Response, RFC 7967: a bit for each class less one
  bool proxy = false;
  bool bad_option = false;                ///< a critical option that is not understood
  std::span<const std::uint8_t> payload;  ///< points into the datagram

  /// The value of the query NAME=VALUE, or nothing. Throws InputError if there are several.
  std::optional<std::string> query(std::string_view name) const;
  /// The same for requests whose blocks belong together: of one method, path, queries and Accept.
  std::uint64_t subject() const;
};

/// The outcome of parsing a datagram. `malformed` has at least a readable header, so it can be
/// answered with a reset (section 4.2); `noise` has not.
enum class CoapReading : std::uint8_t { good, malformed, noise };

CoapReading read_coap(std::span<const std::uint8_t> datagram, CoapRequest& request);

struct CoapReply {
  CoapType type = CoapType::acknowledgement;
  std::uint8_t code = 0;
  std::uint16_t message_id = 0;
  CoapToken token;
  std::optional<std::uint32_t> etag;  ///< its bytes are those of the number
  std::optional<std::uint32_t> observe;
  std::optional<std::uint32_t> content_format;
  std::optional<std::uint32_t> max_age;  ///< seconds
  std::optional<std::uint32_t> block2;
  std::optional<std::uint32_t> block1;
  std::span<const std::uint8_t> echo;  ///< at most 12 bytes
  std::string_view payload;
};

/// FNV-1a of 64 bits, over the text and what `seed` is the value of.
std::uint64_t fnv1a(std::string_view text, std::uint64_t seed = 0xcbf29ce484222325) noexcept;

/// Appends the datagram.
void write_coap(const CoapReply& reply, std::vector<std::uint8_t>& datagram);

}  // namespace terse::serve::coap
