// Templates of exported files, compiled to structs with a member for every name that a template
// asks for (cmake/templates.cmake). For the export rooms.
//
// In templates/*.in
//   @NAME@                 is replaced by a text; alone on a line it stands for lines: for none if
//                          the text is empty, and with its own last line end, if it has one
//   @?NAME@ A @:NAME@ B @/NAME@   is A if a flag is set, or a text or list is not empty; else B
//   @!NAME@ A @/NAME@      is A where @?NAME@ is not
//   @#NAME@ A @,NAME@ B @/NAME@   is A for each item of a list, with B between two of them
//   @.NAME@, @?.NAME@, ... is the name of the item around it; with two dots, of the one around that
//   @>part.c@              is the text of parts/part.c.in without its last line end; alone on a
//   line,
//                          all its lines are indented like it
//   @-@                    ends a line that goes on in the next one, whose indentation is left out
//   @@                     is an @
// B may be left out. A line that holds nothing but beginnings and ends of sections is not part of
// the text.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace terse::export_text {

/// For a @NAME@: a text, or a whole number. There is no default: a template's names are all given.
class Text {
 public:
  Text(std::string text) : text_(std::move(text)) {}
  Text(std::string_view text) : text_(text) {}
  Text(const char* text) : text_(text) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Text(Number number)
      : text_(std::to_string(number)) {}

  const std::string& text() const { return text_; }
  bool holds() const { return !text_.empty(); }
  /// Where it stands alone on its line.
  void add_lines(std::string& out) const {
    out += text_;
    if (!text_.empty() && !text_.ends_with('\n')) out += '\n';
  }

 private:
  std::string text_;
};

/// For a @?NAME@ that is nothing else: true or false, and nothing that converts to it.
class Flag {
 public:
  template <std::same_as<bool> Value>
  Flag(Value on) : on_(on) {}

  bool holds() const { return on_; }

 private:
  bool on_;
};

/// For a @#NAME@: a struct per item.
template <typename Item>
class List {
 public:
  List(std::vector<Item> items) : items_(std::move(items)) {}
  /// One item or none.
  List(std::optional<Item> item) {
    if (item) items_.push_back(*std::move(item));
  }

  bool holds() const { return !items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const Item& operator[](std::size_t place) const { return items_[place]; }

 private:
  std::vector<Item> items_;
};

}  // namespace terse::export_text
