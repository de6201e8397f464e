#include "terse/export/c/send.h"

#include <algorithm>
#include <bit>

#include "terse/export/c/descriptions.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/templates.h"
#include "terse/model/send_on_change.h"

namespace terse::export_c {
bool SentCodes::equally_wide() const {
  return std::ranges::all_of(sizes, [&](std::size_t size) { return size == sizes.front(); });
}

SentCodes sent_codes(const model::Model& model, const Encoder& encoder) {
  SentCodes codes;
  const std::vector<std::size_t> highest = model::highest_ordered_codes(model);
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const std::size_t levels = encoder.features[f].levels();
    if (levels == 1) continue;
    codes.sizes.push_back(encoder.radix() ? levels - 1
                                          : static_cast<std::size_t>(std::bit_width(levels - 1)));
    codes.highest.push_back(highest[f]);
    if (highest[f] + 1 != levels) codes.all_in_order = false;
  }
  return codes;
}

std::vector<export_text::File> send_files(const model::Model& model, const Encoder& encoder,
                                          bool with_network) {
  const SentCodes codes = sent_codes(model, encoder);
  const bool classes = !model.labels().empty();
  const bool one_width = !encoder.radix() && codes.equally_wide();
  return {{encoder.prefix + "_send.h", templates::SendH{.classes = classes,
                                                        .model = in_comment(encoder.model),
                                                        .network = with_network,
                                                        .prefix = encoder.prefix,
                                                        .sent_count = codes.sizes.size(),
                                                        .upper = encoder.upper_prefix()}
                                           .filled()},
          {encoder.prefix + "_send.c",
           templates::SendC{.classes = classes,
                            .digit_bytes = encoder.layout().bytes() - (encoder.tag ? 1 : 0),
                            .flags = std::ranges::count(codes.sizes, std::size_t{1}) != 0,
                            .highest = codes.all_in_order ? "" : number_lines(codes.highest),
                            .model = in_comment(encoder.model),
                            .network = with_network,
                            .prefix = encoder.prefix,
                            .radix = encoder.radix(),
                            .sizes = number_lines(codes.sizes),
                            .tag = encoder.tag.has_value(),
                            .too_large_for_avr = "",
                            .upper = encoder.upper_prefix(),
                            .width = one_width ? std::to_string(codes.sizes.front()) : ""}
               .filled()}};
}

std::string send_text(const Encoder& encoder) {
  return templates::SendMd{
      .model = encoder.model, .prefix = encoder.prefix, .upper = encoder.upper_prefix()}
      .filled();
}

}  // namespace terse::export_c
