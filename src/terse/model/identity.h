// The identity of what travels: which reading each code stands for, and how codes become bytes. A
// decoder that is renewed for the same firmware keeps it; another threshold has another one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/model/model.h"

namespace terse::model {

/// A part of what travels.
struct WirePart {
  std::string what;  ///< "the thresholds of feature 'lux'"
  std::vector<std::uint8_t> bytes;
};

/// The packing and, of each feature that is sent, its name, its origin, its categories in their
/// order, its levels for what is unseen or missing, and its thresholds as bits of float32,
/// ascending; of a computed one, also its forest. Neither the tag, nor the decoder, nor the record.
std::vector<WirePart> wire_parts(const Model& model);

/// What wire_id() is the hash of: the bytes of all parts.
std::vector<std::uint8_t> wire_bytes(const Model& model);

/// 16 hexadecimal digits: FNV-1a over wire_bytes(), 64 bits, then mixed so that each digit depends
/// on all of them. It tells formats apart; it does not protect against forgery.
std::string wire_id(const Model& model);

/// The tag that `auto` stands for: the first two digits of wire_id().
std::uint8_t automatic_tag(const Model& model);

/// What `--tag` says: "none", "auto", or a byte as "126" or "0x7e". Throws OptionError for anything
/// else, and for a tag in full precision, whose messages have none.
std::optional<std::uint8_t> tag_of(std::string_view text, const Model& model);

/// "0x7e"
std::string tag_text(std::uint8_t tag);

/// Why `payload` is not a message of the model. Of a wrong tag: which, whose tag was expected, and
/// the model's id. status: not ok.
std::string refusal_text(const Model& model, payload::Status status,
                         std::span<const std::uint8_t> payload);

}  // namespace terse::model
