// Texts with blanks: the fixed parts of exported files, from templates/*.in. Inside the export
// room.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace terse::export_text {

struct TextTemplate {
  std::string_view name;  ///< of the file in templates/
  std::string_view text;
};

/// All of templates/, embedded by the build.
std::span<const TextTemplate> text_templates();

using Blank = std::pair<std::string_view, std::string_view>;

/// The template of this name with every @NAME@ of `blanks` replaced; an @ that begins no such name
/// stays as it is. A line that holds nothing but one blank whose text is empty disappears.
std::string fill(std::string_view template_name, std::initializer_list<Blank> blanks);

/// The same on any text.
std::string fill_text(std::string_view text, std::span<const Blank> blanks);

}  // namespace terse::export_text
