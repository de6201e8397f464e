#include "terse/export/text/text_template.h"

#include <algorithm>

#include "terse/base/error.h"

namespace terse::export_text {
namespace {

const Blank* blank_at(std::string_view text, std::size_t at, std::span<const Blank> blanks) {
  const std::size_t end = text.find('@', at + 1);
  if (end == std::string_view::npos) return nullptr;
  const std::string_view name = text.substr(at + 1, end - at - 1);
  const auto found =
      std::find_if(blanks.begin(), blanks.end(), [&](const Blank& b) { return b.first == name; });
  return found == blanks.end() ? nullptr : &*found;
}

}  // namespace

std::string fill_text(std::string_view text, std::span<const Blank> blanks) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t next = std::min(text.find('@', at), text.size());
    result += text.substr(at, next - at);
    at = next;
    if (at == text.size()) break;
    const Blank* blank = blank_at(text, at, blanks);
    if (blank == nullptr) {
      result += text[at++];
      continue;
    }
    result += blank->second;
    at += blank->first.size() + 2;
    const bool line_begins = result.empty() || result.back() == '\n';
    if (blank->second.empty() && line_begins && at < text.size() && text[at] == '\n') ++at;
  }
  return result;
}

std::string fill(std::string_view template_name, std::initializer_list<Blank> blanks) {
  const auto all = text_templates();
  const auto found = std::find_if(all.begin(), all.end(), [&](const TextTemplate& candidate) {
    return candidate.name == template_name;
  });
  TERSE_CHECK(found != all.end());
  return fill_text(found->text, {blanks.begin(), blanks.size()});
}

}  // namespace terse::export_text
